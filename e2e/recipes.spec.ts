import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from './testing/fixtures.ts';

test('reads the recipes of a page, finds a line on it, and takes the recipes home', async ({ open }) => {
  const { window, served, project } = await open('demo');
  const { page } = window;
  const { pages } = await served.call('pages.list', {});
  let pageNum = -1;
  let line = { text: '', words: [] as readonly number[] };
  for (const { pageNum: n } of pages) {
    const { recipes } = await served.call('recipes.list', { pageNum: n, source: 'weak' });
    const found = recipes
      .flatMap((r) => r.ingredients)
      .find((l) => l.refs.length === 1 && l.refs[0].pageNum === n);
    if (!found) continue;
    pageNum = n;
    line = { text: found.text, words: found.refs[0].words };
    break;
  }
  await window.openPage(pageNum);
  await page.getByRole('tab', { name: 'Recipes' }).click();
  await expect(window.panel.getByText('From weak labels')).toBeVisible();
  await expect(window.panel.getByRole('heading', { name: 'Ingredients' }).first()).toBeVisible();
  const shown = window.panel.getByRole('listitem').getByRole('button', { name: line.text }).first();
  await shown.click();
  await expect(window.selected).toHaveCount(line.words.length);

  await page.getByRole('button', { name: 'Export recipes' }).click();
  await page.getByRole('menuitem', { name: 'The book as JSON-LD' }).click();
  await expect(page.getByText(/^\d+ recipes in \d{8}-\d{6}-recipes-weak$/)).toBeVisible({ timeout: 60_000 });
  const folder = join(project, 'exports');
  const [made] = readdirSync(folder).filter((name) => name.endsWith('-recipes-weak'));
  const json = JSON.parse(readFileSync(join(folder, made, 'recipes.jsonld'), 'utf8'));
  expect(json['@graph'].length).toBeGreaterThan(1);
});
