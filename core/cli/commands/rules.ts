import { z } from 'zod';
import { goldLabelsFor, readLabelsJsonl } from '../../datasets/labels-jsonl.ts';
import { readPagesJsonl } from '../../datasets/pages-jsonl.ts';
import { LabelMap } from '../../labels/labels.ts';
import { markdownTable } from '../../training/metrics/tables.ts';
import { changedLabels, inspectRules } from '../../weak-labels/inspect-rules.ts';
import { labelBook } from '../../weak-labels/label-pages.ts';
import { readRuleSettings } from '../../weak-labels/rule-settings.ts';
import type { CommandSpec } from '../command.ts';
import { parseValues } from '../flags.ts';

const schema = z.object({
  pages: z.string().meta({ description: 'pages as JSON Lines', unit: 'path' }),
  box_space: z
    .enum(['0-1000', 'pixels'])
    .default('0-1000')
    .meta({ description: 'what the boxes of the file are; never guessed' }),
  gold_labels: z
    .string()
    .optional()
    .meta({ description: 'labels made or read by people, for the accuracy', unit: 'path' }),
  rule_weights: z
    .string()
    .optional()
    .meta({ description: 'YAML {rule: factor}, 0 for off: shows what that would change', unit: 'path' }),
  json: z.boolean().default(false).meta({ description: 'the figures as JSON' }),
});

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
/** Pages named one by one in the answer. */
const NAMED = 20;

const spec: CommandSpec<typeof schema> = {
  name: 'rules',
  summary: 'what each weak rule does: coverage, overlaps, conflicts, accuracy',
  details: `Nothing is written: try weights here, then give the same file to galley label --rule_weights.

Example:
  galley rules --pages data/demo/pages/pages.jsonl --gold_labels data/demo/pages/labels.jsonl`,
  schema,
  async run(given, { print, progress, signal }) {
    const options = parseValues(schema, given);
    const { pages: all } = await readPagesJsonl(options.pages, { boxSpace: options.box_space });
    const pages = all.filter((page) => page.words.length > 0);
    const gold = options.gold_labels ? await readLabelsJsonl(options.gold_labels, LabelMap.default) : null;
    const byPage = new Map(
      pages.map((page) => [page.pageNum, gold ? goldLabelsFor(gold, page) : null] as const),
    );
    const settings = options.rule_weights ? await readRuleSettings(options.rule_weights) : {};
    const hooks = { signal, onProgress: (p: Parameters<typeof progress.update>[0]) => progress.update(p) };
    const weak = labelBook(pages, hooks, settings);
    const reports = inspectRules(weak, (pageNum) => byPage.get(pageNum) ?? null);
    const change = options.rule_weights ? changedLabels(labelBook(pages, hooks), weak) : null;
    if (options.json) {
      print(JSON.stringify({ rules: reports, change }, null, 2));
      return;
    }
    print(
      markdownTable(
        ['rule', 'for', 'lines', 'coverage', 'overlaps', 'conflicts', 'agreement', 'accuracy'],
        reports.map((r) => [
          r.rule,
          r.labels.join(', '),
          String(r.lines),
          percent(r.coverage),
          percent(r.overlaps),
          percent(r.conflicts),
          percent(r.agreement),
          r.accuracy === null ? '' : percent(r.accuracy),
        ]),
      ),
    );
    if (!change) return;
    print(`\nWith these weights ${change.words} words on ${change.pages.length} pages change their label:`);
    for (const { from, to, words } of change.moves) print(`  ${from} to ${to}: ${words}`);
    const most = [...change.pages].sort((a, b) => b.words - a.words).slice(0, NAMED);
    if (most.length > 0)
      print(`Most on pages ${most.map((page) => `${page.pageNum} (${page.words})`).join(', ')}`);
  },
};
export default spec;
