import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { exportDataset, exportSchema } from '../formats/export-dataset.ts';
import { readProjectGold } from './project-gold.ts';
import type { Workbench } from './service.ts';
import { openTiny, tinyFolder, writeTinyProject } from './testing/tiny-workbench.ts';

let folder: string;
let project: string;
let workbench: Workbench;
beforeAll(async () => {
  folder = await tinyFolder();
  project = await writeTinyProject(folder, 6);
  ({ workbench } = await openTiny(folder, project));
}, 60_000);
afterAll(async () => {
  await workbench.close();
  rmSync(folder, { recursive: true, force: true });
});

it('gives an export what was decided in a window that is still open, and changes nothing', async () => {
  const [{ pageNum }] = (await workbench.call('pages.list', {})).pages;
  const page = await workbench.call('pages.get', { pageNum });
  const other = (page.weak![0] + 1) % 7;
  const delta = {
    pageNum,
    indices: [0],
    before: [-1],
    after: [other],
    origin: 'person' as const,
    scores: null,
  };
  await workbench.call('annotations.apply', { deltas: [delta] });
  const files = () => readdirSync(project, { recursive: true, encoding: 'utf8' }).sort();
  const before = files();
  const { datasetDir, gold } = await readProjectGold(project);
  expect(files()).toEqual(before);
  expect([...gold].map(([number, labels]) => [number, labels[0], labels[1]])).toEqual([[pageNum, other, -1]]);

  const rowsWith = async (decided?: typeof gold) => {
    const out = join(folder, 'exported');
    const flags = exportSchema.parse({ dataset_dir: datasetDir, format: 'csv', out, overwrite: true });
    await exportDataset(flags, {}, decided);
    return readFileSync(join(out, 'tokens.csv'), 'utf8').split('\r\n');
  };
  const [without, given] = [await rowsWith(), await rowsWith(gold)];
  const changed = given.filter((row, i) => row !== without[i]);
  // The other words of its page keep their labels and say that a program was at work on the page.
  expect(changed.every((row) => row.startsWith(`${pageNum},`))).toBe(true);
  const { labels } = (await workbench.call('project.current', {})).project!;
  expect(changed.find((row) => row.startsWith(`${pageNum},0,`))).toContain(`,${labels[other].name},gold,`);
});
