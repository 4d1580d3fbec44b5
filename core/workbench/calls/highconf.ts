import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { regenerateSchema } from '../../weak-labels/regenerate-dataset.ts';
import { BOSTON_CLASSIC } from '../../weak-labels/thresholds.ts';
import type { Context, Handlers } from '../context.ts';
import { previewOf } from '../highconf-state.ts';

export function highconfCalls(context: Context): Handlers {
  return {
    'highconf.preview': async ({ thresholds = BOSTON_CLASSIC }) => {
      const session = context.session();
      const qualities = await session.qualities.all();
      const report = join(session.project.places.reports, 'highconf', 'highconf_regeneration_report.md');
      return {
        thresholds,
        preview: previewOf(qualities, thresholds),
        current: {
          pages: [...session.pages.highconf.members].sort((a, b) => a - b),
          report: await readFile(report, 'utf8').catch(() => null),
        },
      };
    },
    'highconf.regenerate': ({ thresholds: t = BOSTON_CLASSIC, minPages }) => {
      const session = context.session();
      session.requireWritable();
      context.requireNoTraining('the high-confidence set');
      const { places } = session.project;
      const options = regenerateSchema.parse({
        full_dataset_dir: places.full,
        highconf_dataset_dir: places.highconf,
        reports_dir: join(places.reports, 'highconf'),
        min_pages: minPages,
        overwrite: true,
        min_title_lines: t.minTitleLines,
        min_ingredient_lines: t.minIngredientLines,
        min_instruction_lines: t.minInstructionLines,
        min_mean_confidence: t.minMeanConfidence,
        max_outside_ratio: t.maxOutsideRatio,
        min_tokens: t.minTokens,
        min_labelled_ratio: t.minLabelledRatio,
        max_title_share: t.maxTitleShare,
      });
      const { journal } = session;
      const labelled = journal.pages();
      const gold =
        labelled.length === 0
          ? null
          : {
              from: places.full,
              to: join(places.cache, 'full-with-gold'),
              gold: new Map(labelled.map((n) => [n, journal.gold(n)!] as const)),
            };
      const jobId = context.board.start({
        kind: 'regenerate',
        title: 'Rebuild the high-confidence set',
        what: 'measuring pages',
        run: async (handle) => {
          const job = context.engine.run('regenerate', { options, gold }, (event) => {
            if (event.type === 'progress') handle.progress(event);
            else if (event.type === 'warning') handle.warn(event.message);
          });
          handle.attach(job.tell);
          await job.done;
          await session.refreshHighconf();
          context.emit('pages.changed', { pages: session.pages.summaries() });
        },
      });
      return { jobId };
    },
  };
}
