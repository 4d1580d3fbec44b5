import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type OpenWorkbench, openTiny, tinyFolder, writeTinyProject } from './testing/tiny-workbench.ts';

let folder: string;
let project: string;
let opened: OpenWorkbench;
beforeAll(async () => {
  folder = await tinyFolder();
  project = await writeTinyProject(folder);
  opened = await openTiny(folder, project);
});
afterAll(async () => {
  await opened.workbench.close();
  rmSync(folder, { recursive: true, force: true });
});

it('recipes of a page are whole, and every line is words of pages', async () => {
  const { workbench } = opened;
  const { pages } = await workbench.call('pages.list', {});
  const words = new Map<number, string[]>();
  for (const { pageNum } of pages) words.set(pageNum, (await workbench.call('pages.get', { pageNum })).words);
  const ids = new Map<string, number[]>();
  for (const { pageNum } of pages)
    for (const recipe of (await workbench.call('recipes.list', { pageNum, source: 'weak' })).recipes) {
      expect(recipe.pages).toContain(pageNum);
      for (const line of [recipe.title, ...recipe.ingredients, ...recipe.steps])
        if (line)
          expect(line.printed).toBe(
            line.refs.flatMap((ref) => ref.words.map((i) => words.get(ref.pageNum)![i])).join(' '),
          );
      ids.set(recipe.id, recipe.pages);
    }
  expect(ids.size).toBeGreaterThan(8);
  expect([...ids.values()].some((on) => on.length > 1)).toBe(true);
});

it('one recipe is text for the clipboard', async () => {
  const { workbench } = opened;
  const { pages } = await workbench.call('pages.list', {});
  for (const { pageNum } of pages) {
    const { recipes } = await workbench.call('recipes.list', { pageNum, source: 'weak' });
    if (recipes.length === 0) continue;
    const { id, name } = recipes[0];
    const { text } = await workbench.call('recipes.text', { pageNum, source: 'weak', id, format: 'jsonld' });
    expect(JSON.parse(text)).toMatchObject({ '@type': 'Recipe', identifier: id, ...(name ? { name } : {}) });
    await expect(
      workbench.call('recipes.text', { pageNum, source: 'weak', id: 'p9999-w0', format: 'csv' }),
    ).rejects.toMatchObject({ code: 'not-found' });
    return;
  }
  expect.fail('no page has a recipe');
});

it('a book and chosen pages go to the exports folder', async () => {
  const { workbench } = opened;
  const book = await workbench.call('recipes.export', { source: 'weak', format: 'jsonld' });
  expect(book.files).toBe(1);
  const exports = join(project, 'exports');
  const json = JSON.parse(readFileSync(join(exports, book.folder, 'recipes.jsonld'), 'utf8'));
  expect(json['@graph']).toHaveLength(book.recipes);
  const { pages } = await workbench.call('pages.list', {});
  const some = pages.slice(0, 4).map((p) => p.pageNum);
  const chosen = await workbench.call('recipes.export', {
    source: 'weak',
    format: 'markdown',
    per: 'recipe',
    pageNums: some,
  });
  expect(chosen.recipes).toBeLessThan(book.recipes);
  expect(readdirSync(join(exports, chosen.folder)).filter((f) => f.endsWith('.md'))).toHaveLength(
    chosen.files,
  );
  await expect(workbench.call('recipes.export', { source: 'gold', format: 'csv' })).rejects.toMatchObject({
    code: 'invalid-data',
  });
});
