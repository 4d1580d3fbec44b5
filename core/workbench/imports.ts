import { join } from 'node:path';
import type { ImportInput } from '../engine/jobs/import.ts';
import { writeJsonWhole } from '../files/files.ts';
import { labelSchema } from '../weak-labels/label-book.ts';
import type { Context } from './context.ts';
import { PROJECT_FILE, projectFileSchema } from './project-file.ts';
import type { Session } from './session.ts';

/** Seed of the demo cookbook, as `galley demo` has it. */
const DEMO_SEED = 1896;

function startImport(
  context: Context,
  kind: 'demo' | 'import',
  input: ImportInput,
  then: () => Promise<void>,
) {
  return context.board.start({
    kind,
    title: kind === 'demo' ? 'Make the demo cookbook' : 'Import pages',
    what: kind === 'demo' ? 'printing pages' : 'reading pages',
    run: async (handle) => {
      const job = context.engine.run('import', input, (event) => {
        if (event.type === 'progress') handle.progress(event);
        else if (event.type === 'warning') handle.warn(event.message);
      });
      handle.attach(job.tell);
      await job.done;
      await then();
    },
  });
}

/** Makes the demo project in a folder and opens it. @returns id of the job */
export function makeDemo(context: Context, folder: string, pages: number): string {
  const at = (...parts: string[]) => join(folder, ...parts);
  const input: ImportInput = {
    demo: { pages, seed: DEMO_SEED, outDir: at('pages') },
    label: labelSchema.parse({
      pages: at('pages', 'pages.jsonl'),
      gold_labels: at('pages', 'labels.jsonl'),
      out_dir: at('datasets', 'full'),
      val_fraction: 0.2,
      overwrite: true,
    }),
    highconf: { dir: at('datasets', 'highconf'), reports: at('reports') },
  };
  return startImport(context, 'demo', input, async () => {
    const file = { format: 1, name: 'Demo cookbook', full: 'datasets/full', highconf: 'datasets/highconf' };
    await writeJsonWhole(at(PROJECT_FILE), projectFileSchema.parse(file));
    await context.open(folder);
  });
}

/** Labels the pages that wait in an open project and shows them. @returns id of the job, null where none wait */
export function importWaiting(context: Context, session: Session): string | null {
  const waiting = session.project.pagesToImport;
  if (!waiting || session.readOnlyReason !== null) return null;
  const { full, highconf, reports } = session.project.places;
  const input: ImportInput = {
    demo: null,
    label: labelSchema.parse({
      pages: waiting.pages,
      ...(waiting.gold === null ? {} : { gold_labels: waiting.gold }),
      out_dir: full,
    }),
    highconf: { dir: highconf, reports },
  };
  return startImport(context, 'import', input, async () => {
    await session.reloadPages();
    context.emit('project.changed', { project: session.info() });
    context.emit('pages.changed', { pages: session.pages.summaries() });
  });
}
