import { existsSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import { GalleyError } from '../../errors/galley-error.ts';
import { writeJsonWhole } from '../../files/files.ts';
import type { ImportItem } from '../../formats/importer.ts';
import { LabelMap, OUTSIDE } from '../../labels/labels.ts';
import { type ImportFlags, importFlagsSchema } from '../../ocr/scan-options.ts';
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
    const { folder, paths } = context.chosen.get(importId);
    return { folder, paths: [...paths], outDir: join(folder, IMPORTED_PROJECT) };
  };
  /** The plan that was made last of each folder; what the window asks about is looked up in it. */
  const plans = new Map<string, { flags: ImportFlags; items: readonly ImportItem[] }>();
  const planOf = (importId: string) => {
    const plan = plans.get(importId);
    if (plan) return plan;
    throw new GalleyError('usage', 'this folder was not looked at yet');
  };
  const isScan = ({ kind }: ImportItem) => kind === 'images' || kind === 'pdf';
  return {
    'import.receive': async ({ name }) => ({ importId: context.chosen.add(await context.inbox.open(name)) }),
    'import.preview': async ({ importId, scan, deskew, crop }) => {
      const item = planOf(importId).items.filter(isScan)[scan];
      if (!item) throw new GalleyError('not-found', `the plan has no scan ${scan + 1}`);
      const { block, ...preview } = await context.engine.run(
        'previewImport',
        { item, deskew, crop },
        () => {},
      ).done;
      return { title: item.title, block: [...block], ...preview };
    },
    'import.labels': async ({ importId }) => {
      const plan = planOf(importId);
      const found = await context.engine.run('importLabels', plan, () => {}).done;
      return {
        labels: found.labels.map((one) => ({ ...one })),
        more: found.more,
        own: LabelMap.default.names.filter((name) => name !== OUTSIDE),
      };
    },
    'import.plan': async ({ importId, deskew, crop, repair }) => {
      const { folder, paths, outDir } = places(importId);
      const flags = importFlagsSchema.parse({ paths, out_dir: outDir, deskew, crop, repair });
      const plan = await context.engine.run('planImport', flags, () => {}).done;
      plans.set(importId, { flags, items: plan.items.map(({ item }) => item) });
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
        changed: plan.items.filter(({ state }) => state === 'changed').length,
        scans: plan.items.filter(({ item }) => isScan(item)).length,
        refused: plan.refused
          .slice(0, REFUSED_SHOWN)
          .map(({ source, reason }) => ({ source: shown(source), reason: withoutPath(source, reason) })),
        refusedCount: plan.refused.length,
        passedOver: plan.passedOver.map(({ reason, files }) => ({ reason, files })),
      };
    },
    'import.start': ({ importId, deskew, crop, repair, labels, valFraction }) => {
      const { folder, paths, outDir } = places(importId);
      const busy = context.board.active();
      if (busy)
        throw new GalleyError('usage', `${busy.title}: this is still under way`, {
          hint: 'wait for its end, or stop it',
        });
      const flags = importFlagsSchema.parse({
        paths,
        out_dir: outDir,
        deskew,
        crop,
        repair,
        val_fraction: valFraction,
      });
      const mapping = Object.keys(labels).length > 0 ? { labels } : {};
      const jobId = context.board.start({
        kind: 'import',
        title: `Import ${basename(folder) || folder}`,
        what: 'looking at the files',
        run: async (handle) => {
          const job = context.engine.run('importFiles', { ...flags, ...mapping }, (event) => {
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
