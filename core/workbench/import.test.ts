import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCanvas } from '@napi-rs/canvas';
import { beforeEach, expect, it } from 'vitest';
import { planImportJob } from '../engine/jobs/import-files.ts';
import type { ImportFlags } from '../ocr/scan-options.ts';
import { importCalls } from './calls/import.ts';
import { projectCalls } from './calls/project.ts';
import { projectChoices } from './choices.ts';
import { ChosenFolders } from './chosen-folders.ts';
import type { Context } from './context.ts';
import { PROJECT_FILE, readProjectFile } from './project-file.ts';

const PLAIN = { deskew: false, crop: false, repair: true };

let root: string;
let scans: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'galley-import-'));
  scans = join(root, 'shelf', 'scans');
  await mkdir(scans, { recursive: true });
  for (const name of ['1.png', '2.png'])
    await writeFile(join(scans, name), await createCanvas(40, 60).encode('png'));
  await writeFile(join(scans, 'torn.pdf'), '%PDF-1.7 and no more');
});

/** Plans for real; importing is only noted. */
function standIn() {
  const asked: [string, ImportFlags][] = [];
  const opened: string[] = [];
  const warnings: string[] = [];
  const jobs: Promise<void>[] = [];
  let busy: { title: string } | undefined;
  const context = {
    options: { root, transport: 'http' },
    chosen: new ChosenFolders(),
    current: () => null,
    open: async (folder: string) => {
      opened.push(folder);
      return { info: () => ({ name: 'a project' }) };
    },
    engine: {
      run: (kind: string, flags: ImportFlags) => {
        asked.push([kind, flags]);
        const work =
          kind === 'planImport'
            ? planImportJob(flags, {
                signal: new AbortController().signal,
                emit: () => {},
                keepOnStop: () => false,
                whilePaused: async () => {},
              })
            : mkdir(flags.out_dir, { recursive: true }).then(() => ({
                refused: [{ source: join(scans, 'torn.pdf'), code: 'damaged', reason: 'it ends too soon' }],
              }));
        return { done: work, tell: () => {} };
      },
    },
    board: {
      active: () => busy,
      list: () => [],
      start: ({ run }: { run(handle: unknown): Promise<void> }) => {
        const handle = {
          id: 'job-1',
          progress: () => {},
          warn: (m: string) => warnings.push(m),
          attach: () => {},
        };
        jobs.push(run(handle));
        return 'job-1';
      },
    },
  } as unknown as Context;
  const calls = { ...projectCalls(context), ...importCalls(context) };
  const choose = (name: string, purpose: 'open' | 'import') => calls['project.choose']!({ name, purpose });
  return { calls, choose, asked, opened, warnings, jobs, setBusy: (job?: { title: string }) => (busy = job) };
}

it('offers folders of scans to import, and nothing of it to open', async () => {
  await writeFile(join(root, 'package.json'), '{"name": "no page"}');
  expect(projectChoices(root, 'import')).toEqual(['shelf/scans']);
  expect(projectChoices(root, 'open')).toEqual([]);
  // A second folder beside the first: both at once can be imported too.
  await mkdir(join(root, 'shelf', 'forms'));
  await writeFile(join(root, 'shelf', 'forms', 'a.json'), '{"form": []}');
  expect(projectChoices(root, 'import')).toEqual(['shelf', 'shelf/forms', 'shelf/scans']);
});

it('plans a chosen folder: what, how much, where to, and what is refused', async () => {
  const { calls, choose } = standIn();
  const { importId, project } = await choose('shelf/scans', 'import');
  expect(project).toBeNull();
  const plan = await calls['import.plan']!({ importId: importId!, ...PLAIN });
  expect(plan).toMatchObject({
    folder: scans,
    outDir: join(scans, 'galley-project'),
    kinds: [{ kind: 'images', files: 2, pages: 2 }],
    toRead: 2,
    stored: 0,
    refusedCount: 1,
  });
  expect(plan.refused[0].source).toBe('torn.pdf');
  expect(plan.refused[0].reason).toMatch(/cannot be read/);
  expect(plan.refused[0].reason).not.toContain(scans);
});

it('knows no folder that was not chosen', async () => {
  const { calls, asked } = standIn();
  await expect(calls['import.plan']!({ importId: scans, ...PLAIN })).rejects.toMatchObject({
    code: 'not-found',
  });
  const start = { importId: 'other', ...PLAIN, labels: {}, valFraction: 0.2 };
  expect(() => calls['import.start']!(start)).toThrow(/not chosen/);
  expect(asked).toEqual([]);
});

it('imports with the options, makes a project of it and opens that, also the next time', async () => {
  const { calls, choose, asked, opened, warnings, jobs, setBusy } = standIn();
  const { importId } = await choose('shelf/scans', 'import');
  const start = {
    importId: importId!,
    deskew: true,
    crop: false,
    repair: false,
    labels: { question: 'TITLE', doodle: null },
    valFraction: 0.3,
  };
  setBusy({ title: 'Train' });
  expect(() => calls['import.start']!(start)).toThrow(/Train: this is still under way/);
  setBusy();
  expect(await calls['import.start']!(start)).toEqual({ jobId: 'job-1' });
  await jobs[0];
  const outDir = join(scans, 'galley-project');
  expect(asked).toMatchObject([
    [
      'importFiles',
      {
        paths: [scans],
        out_dir: outDir,
        deskew: true,
        crop: false,
        repair: false,
        val_fraction: 0.3,
        labels: { question: 'TITLE', doodle: null },
      },
    ],
  ]);
  expect(opened).toEqual([outDir]);
  expect(warnings).toEqual(['not imported: torn.pdf: it ends too soon']);
  expect((await readProjectFile(outDir)).file).toMatchObject({ name: 'scans', full: '.' });

  // Chosen once more: to open is the project, to import is the plan again (with what is new).
  expect(projectChoices(root, 'import')).toEqual(['shelf/scans']);
  await choose('shelf/scans', 'open');
  expect(opened).toEqual([outDir, outDir]);
  expect((await choose('shelf/scans', 'import')).importId).toBe(importId);
  await writeFile(join(scans, PROJECT_FILE), '{}');
  await choose('shelf/scans', 'open');
  expect(opened.at(-1)).toBe(scans);
});
