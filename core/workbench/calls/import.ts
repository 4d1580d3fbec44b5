import { existsSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { GalleyError } from '../../errors/galley-error.ts';
import { writeJsonWhole } from '../../files/files.ts';
import { importFlagsSchema } from '../../ocr/scan-options.ts';
import { IMPORTED_PROJECT } from '../chosen-folders.ts';
import type { Context, Handlers } from '../context.ts';
import { isActive } from '../job-board.ts';
import { PROJECT_FILE, projectFileSchema } from '../project-file.ts';

/** Refused sources named one by one; of the rest the window says how many. */
const REFUSED_SHOWN = 100;

/** A reason beside the name of its source need not say it again. */
const withoutPath = (source: string, reason: string) => reason.replace(`${source}: `, '');

export function importCalls(context: Context): Handlers {
  const places = (importId: string) => {
    const folder = context.chosen.folder(importId);
    return { folder, outDir: join(folder, IMPORTED_PROJECT) };
  };
  return {
    'import.plan': async ({ importId }) => {
      const { folder, outDir } = places(importId);
      const flags = importFlagsSchema.parse({ paths: [folder], out_dir: outDir });
      const plan = await context.engine.run('planImport', flags, () => {}).done;
      const shown = (path: string) => relative(folder, path) || basename(folder);
      return {
        folder,
        outDir,
        kinds: Object.entries(plan.counts).map(([kind, { pages }]) => ({
          kind,
          // A PDF is planned page by page: people count files.
          files: new Set(plan.items.flatMap(({ item }) => (item.kind === kind ? [item.source] : []))).size,
          pages,
        })),
        toRead: plan.items.filter(({ state }) => state !== 'stored').length,
        stored: plan.items.filter(({ state }) => state === 'stored').length,
        refused: plan.refused
          .slice(0, REFUSED_SHOWN)
          .map(({ source, reason }) => ({ source: shown(source), reason: withoutPath(source, reason) })),
        refusedCount: plan.refused.length,
        passedOver: plan.passedOver.map(({ reason, files }) => ({ reason, files })),
      };
    },
    'import.start': ({ importId, deskew, crop, repair, valFraction }) => {
      const { folder, outDir } = places(importId);
      const busy = context.board.active();
      if (busy)
        throw new GalleyError('usage', `${busy.title}: this is still under way`, {
          hint: 'wait for its end, or stop it',
        });
      const flags = importFlagsSchema.parse({
        paths: [folder],
        out_dir: outDir,
        deskew,
        crop,
        repair,
        val_fraction: valFraction,
      });
      const jobId = context.board.start({
        kind: 'import',
        title: `Import ${basename(folder) || folder}`,
        what: 'looking at the files',
        run: async (handle) => {
          const job = context.engine.run('importFiles', flags, (event) => {
            if (event.type === 'progress') handle.progress(event);
            else if (event.type === 'warning') handle.warn(event.message);
          });
          handle.attach(job.tell);
          const { refused } = await job.done;
          for (const { source, reason } of refused)
            handle.warn(`not imported: ${relative(folder, source)}: ${withoutPath(source, reason)}`);
          const file = join(outDir, PROJECT_FILE);
          if (!existsSync(file))
            await writeJsonWhole(
              file,
              projectFileSchema.parse({
                format: 1,
                name: (basename(folder) || 'Pages').slice(0, 200),
                full: '.',
                highconf: 'highconf',
              }),
            );
          // What began meanwhile in the open project is not to lose it.
          const other = context.board.list().find((one) => one.id !== handle.id && isActive(one));
          if (other) handle.warn(`imported into ${outDir}; open it when this has ended: ${other.title}`);
          else await context.open(outDir);
        },
      });
      return { jobId };
    },
  };
}
