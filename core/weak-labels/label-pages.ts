import { GalleyError } from '../errors/galley-error.ts';
import { type DefaultLabel, LabelMap } from '../labels/labels.ts';
import { unionBox } from '../page/coordinates.ts';
import type { Page } from '../page/page.ts';
import { type Furniture, findFurniture } from './furniture.ts';
import { KINDS, type Kind, LABEL_OF_KIND } from './kinds.ts';
import { type MutableWeakPage, markSpans } from './mark-spans.ts';
import { measureRows, type PageFeatures, type RowFeatures } from './row-features.ts';
import { type RowView, viewRows } from './rule.ts';
import { checkRuleSettings, type RuleSettings } from './rule-settings.ts';
import { ROW_RULES } from './rules/index.ts';
import { type ChainRow, type KindDistribution, kindProbabilities } from './sequence.ts';
import { isStray } from './specks.ts';
import type { Signal, WeakPage, WorkHooks } from './types.ts';

/** How far rule votes are believed against context; chosen on the development pages. */
const TRUST = 0.65;
const id = (label: DefaultLabel) => LabelMap.default.idOf(label);

/** A page on its way: its rows, and what was found about each. */
interface Draft {
  readonly page: Page;
  readonly features: PageFeatures;
  readonly furniture: readonly (Furniture | null)[];
  readonly views: readonly RowView[];
  readonly signals: Map<number, Signal[]>;
  readonly scores: Map<number, number[]>;
}

/** {@link labelBook} of a page by itself; its neighbours would help. */
export function labelPage(page: Page, rules: RuleSettings = {}): WeakPage {
  return labelBook([page], {}, rules)[0];
}

/**
 * Labels pages by rules, in the order of their page numbers: a recipe that runs over a page break goes on on the next
 * page. Answers in the order given.
 * @throws GalleyError `usage` for settings of a rule that is not there, `cancelled`
 */
export function labelBook(
  pages: readonly Page[],
  hooks: WorkHooks = {},
  rules: RuleSettings = {},
): WeakPage[] {
  checkRuleSettings(rules);
  const order = pages.map((_, i) => i).sort((a, b) => pages[a].pageNum - pages[b].pageNum);
  const drafts = order.map((i, done) => {
    if (hooks.signal?.aborted) throw new GalleyError('cancelled', 'stopped while labelling pages');
    hooks.onProgress?.({ done, total: pages.length, what: 'labelling pages' });
    return draftPage(pages[i], rules);
  });
  const chain: ChainRow[] = [];
  const places: { draft: Draft; row: number }[] = [];
  let before: number | undefined;
  for (const draft of drafts) {
    for (const view of draft.views) {
      const here = draft.page.pageNum;
      chain.push({
        scores: draft.scores.get(view.row.index)!,
        pagesSince: before === undefined ? 0 : Math.max(0, here - before),
      });
      places.push({ draft, row: view.row.index });
      before = here;
    }
  }
  const probabilities = kindProbabilities(chain, TRUST);
  const byDraft = new Map<Draft, Map<number, KindDistribution>>(drafts.map((draft) => [draft, new Map()]));
  for (const [i, { draft, row }] of places.entries()) byDraft.get(draft)!.set(row, probabilities[i]);
  const answers = new Array<MutableWeakPage>(pages.length);
  for (const [i, draft] of drafts.entries()) answers[order[i]] = finishPage(draft, byDraft.get(draft)!);
  markSpans(
    order.map((i) => answers[i]),
    rules,
  );
  return answers;
}

function draftPage(page: Page, rules: RuleSettings): Draft {
  const features = measureRows(page);
  const furniture = findFurniture(features);
  const views = viewRows(
    features,
    features.rows.filter((row) => furniture[row.index] === null),
  );
  const signals = new Map<number, Signal[]>();
  const scores = new Map<number, number[]>();
  for (const view of views) {
    const score = KINDS.map(() => 0);
    const fired: Signal[] = [];
    for (const rule of ROW_RULES) {
      const factor = rules[rule.name] ?? 1;
      if (factor === 0) continue;
      for (const { kind, weight: own, evidence } of rule.votes(view)) {
        const weight = own * factor;
        score[KINDS.indexOf(kind)] += weight;
        fired.push({ rule: rule.name, label: LABEL_OF_KIND[kind], kind, weight, evidence });
      }
    }
    signals.set(view.row.index, fired);
    scores.set(view.row.index, score);
  }
  return { page, features, furniture, views, signals, scores };
}

interface RowVerdict {
  readonly label: DefaultLabel;
  readonly kind: Kind | Furniture;
  readonly confidence: number;
}

const FURNITURE_CONFIDENCE: Readonly<Record<Furniture, number>> = {
  'running-head': 0.99,
  footer: 0.97,
  caption: 0.85,
  specks: 0.9,
};

function verdictOf(distribution: KindDistribution): RowVerdict {
  const perLabel = new Map<DefaultLabel, number>();
  for (const [k, kind] of KINDS.entries())
    perLabel.set(LABEL_OF_KIND[kind], (perLabel.get(LABEL_OF_KIND[kind]) ?? 0) + distribution[k]);
  const [label, confidence] = [...perLabel].reduce((a, b) => (b[1] > a[1] ? b : a));
  const kinds = KINDS.filter((kind) => LABEL_OF_KIND[kind] === label);
  const kind = kinds.reduce((a, b) =>
    distribution[KINDS.indexOf(b)] > distribution[KINDS.indexOf(a)] ? b : a,
  );
  return { label, kind, confidence };
}

function finishPage(draft: Draft, distributions: ReadonlyMap<number, KindDistribution>): MutableWeakPage {
  const { page, features, furniture } = draft;
  const verdicts = features.rows.map((row): RowVerdict => {
    const kind = furniture[row.index];
    if (kind) return { label: 'O', kind, confidence: FURNITURE_CONFIDENCE[kind] };
    return verdictOf(distributions.get(row.index)!);
  });
  adoptSpecks(features, verdicts);
  const labels = new Array<number>(page.words.length).fill(id('O'));
  const wordConfidence = new Array<number>(page.words.length).fill(0);
  const lines: MutableWeakPage['lines'] = [];
  for (const row of features.rows) {
    const { label, kind, confidence } = verdicts[row.index];
    for (const i of row.wordIndices) {
      const speck = label !== 'O' && isStray(features, row, i, label);
      labels[i] = speck ? id('O') : id(label);
      wordConfidence[i] = speck ? 0.8 : confidence;
    }
    const own = draft.signals.get(row.index) ?? [
      { rule: 'furniture', label: 'O' as const, kind, weight: 0, evidence: String(kind) },
    ];
    const prose = kind === 'step' || kind === 'essay' || kind === 'title' || kind === 'heading';
    for (const cell of prose ? [row.wordIndices] : row.cells)
      lines.push({
        wordIndices: cell,
        bbox: unionBox(cell.map((i) => page.bboxes[i])),
        text: cell.map((i) => page.words[i]).join(' '),
        label,
        kind,
        confidence,
        signals: [...own],
        row: row.index,
      });
  }
  return { page, labels, wordConfidence, lines };
}

/** Specks close to a line of ingredients are what is left of its fractions. */
function adoptSpecks({ rows, page, block }: PageFeatures, verdicts: RowVerdict[]): void {
  for (const row of rows) {
    if (verdicts[row.index].kind !== 'specks') continue;
    const near = [rows[row.index - 1], rows[row.index + 1]].filter(
      (other): other is RowFeatures =>
        other !== undefined && verdicts[other.index].label === 'INGREDIENT_LINE',
    );
    const close = near.find((other) => (Math.abs(other.y - row.y) * page.height) / block.pitch < 0.75);
    if (close && row.indentLeft > -0.01 && row.indentRight > -0.01)
      verdicts[row.index] = { ...verdicts[close.index], confidence: 0.7 };
  }
}
