import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from './testing/fixtures.ts';
import type { Served } from './testing/serve.ts';
import { untilDone } from './testing/training.ts';

const PAGE = 3;

interface Pixels {
  readonly data: Buffer;
  readonly width: number;
  readonly height: number;
}
interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

async function pixelsOf(path: string): Promise<Pixels> {
  const image = sharp(path).removeAlpha().toColourspace('srgb').raw();
  const { data, info } = await image.toBuffer({ resolveWithObject: true });
  expect(info.channels).toBe(3);
  return { data, width: info.width, height: info.height };
}

/** A box of 0..1000 in pixels, without a rim of a fifth of its height (outlines). */
function boxIn([x0, y0, x1, y1]: readonly number[], area: Area): Area {
  const rim = ((y1 - y0) / 1000) * area.height * 0.2;
  const x = area.x + (x0 / 1000) * area.width + rim;
  const y = area.y + (y0 / 1000) * area.height + rim;
  const right = area.x + (x1 / 1000) * area.width - rim;
  const bottom = area.y + (y1 / 1000) * area.height - rim;
  return { x, y, width: right - x, height: bottom - y };
}

function meanColour({ data, width }: Pixels, box: Area): number[] {
  const sum = [0, 0, 0];
  let count = 0;
  for (let y = Math.ceil(box.y); y < box.y + box.height; y++)
    for (let x = Math.ceil(box.x); x < box.x + box.width; x++, count++)
      for (let c = 0; c < 3; c++) sum[c] += data[(y * width + x) * 3 + c];
  return sum.map((value) => value / Math.max(1, count));
}

const distance = (a: readonly number[], b: readonly number[]) => Math.hypot(...a.map((v, c) => v - b[c]));

/** Files of a project's latest export, once it is done. */
async function exported(served: Served, project: string): Promise<string[]> {
  const { jobs } = await served.call('jobs.list', {});
  await untilDone(served, jobs.find(({ kind }) => kind === 'export')!.id);
  const folder = join(project, 'exports');
  const latest = readdirSync(folder).sort().at(-1)!;
  return readdirSync(join(folder, latest)).map((name) => join(folder, latest, name));
}

test('predicts a page, reads it as recipes, and takes predictions over', async ({ open }) => {
  const { window, served } = await open('trained');
  const { page } = window;
  await window.openPage(PAGE);
  await window.source('Predicted');
  await expect(page.getByText('This page has no prediction yet.')).toBeVisible();
  await page.getByRole('main').getByRole('button', { name: 'Predict this page' }).click();
  await expect(window.words.filter({ hasText: /: Instruction step, \d+ %/ }).first()).toBeAttached({
    timeout: 60_000,
  });
  await expect(window.row(PAGE)).toHaveAccessibleName(/Predicted/);

  // AI Parse View: the page as recipes, linked to the page both ways.
  await expect(window.panel.getByText('From predicted labels')).toBeVisible();
  await expect(window.panel.getByRole('heading', { name: 'Method' }).first()).toBeVisible();
  const { recipes } = await served.call('pages.recipes', { pageNum: PAGE, source: 'predicted' });
  const recipe = recipes.find(({ ingredients }) => ingredients.length > 0)!;
  const ingredient = recipe.ingredients[0];
  const part = window.panel.getByRole('listitem').getByRole('button', { name: ingredient.text }).first();
  await part.click();
  await expect(window.selected).toHaveCount(ingredient.wordIndices.length);
  const shown = await window.boxOf(ingredient.wordIndices[0]);
  const surface = (await window.surface.boundingBox())!;
  expect(shown.y0).toBeGreaterThanOrEqual(surface.y);
  expect(shown.y1).toBeLessThanOrEqual(surface.y + surface.height);
  const classes = await part.getAttribute('class');
  await page.keyboard.press('Escape');
  const { x, y } = await window.middleOf(ingredient.wordIndices[0]);
  await page.mouse.move(x, y);
  // The word under the pointer raises its part in the panel.
  await expect.poll(() => part.getAttribute('class')).not.toBe(classes);

  // JSON as `galley predict` writes it.
  await page.getByRole('tab', { name: 'JSON' }).click();
  const json = JSON.parse((await window.panel.locator('pre').textContent()) ?? '');
  expect(json).toMatchObject({ page_num: PAGE });

  // Predictions become gold labels, their scores kept, and can be taken back.
  await page.getByRole('button', { name: 'Accept', exact: true }).click();
  await page
    .getByRole('dialog', { name: 'Accept' })
    .getByRole('button', { name: 'Accept for the whole page' })
    .click();
  await expect(page.getByText(/^Accepted \d+ words$/)).toBeVisible();
  await expect(window.row(PAGE)).toHaveAccessibleName(/Gold labels on all words/);
  await page.keyboard.press('Escape');
  await page.keyboard.press('ControlOrMeta+z');
  await expect(window.row(PAGE)).not.toHaveAccessibleName(/Gold labels/);

  // Differences between rules and model, one after the other.
  await window.source('Diff');
  const count = page.getByText(/^\d+ differences?$|^No differences on this page$/);
  await expect(count).toBeVisible();
  if (!(await count.textContent())?.startsWith('No')) {
    await page.keyboard.press('n');
    await expect(window.selected).toHaveCount(1);
    await expect(window.selected).toHaveText(/weak .+, predicted .+/);
  }
});

test('exports an overlay whose pixels are the scan with the labels over it', async ({ open }) => {
  const { window, served, project } = await open();
  const { page } = window;
  await window.openPage(PAGE);
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  await page.getByRole('menuitem', { name: 'This page as overlay PNG' }).click();
  await expect(page.getByText('Export started')).toBeVisible();
  const files = await exported(served, project);
  expect(files).toHaveLength(1);
  const [png] = files;
  expect(png).toMatch(/page_0003_overlay\.png$/);

  const drawn = await pixelsOf(png);
  const scan = await pixelsOf(join(project, 'pages', 'images', '0003.png'));
  // Where the page lies on the sheet (core/drawing/overlay.ts): 1500 of 2204 units across, a legend beside it.
  const unit = drawn.width / 2204;
  const width = 1500 * unit;
  const sheet = { x: 112 * unit, y: 150 * unit, width, height: (width * scan.height) / scan.width };
  const whole = { x: 0, y: 0, width: scan.width, height: scan.height };
  expect(drawn.height).toBeGreaterThan(sheet.y + sheet.height);

  // Words with a label are tinted towards its colour, words outside every label keep the colours of the scan.
  const { weak, bboxes } = await served.call('pages.get', { pageNum: PAGE });
  const { labels } = (await served.call('project.current', {})).project!;
  let tinted = 0;
  for (const [word, box] of bboxes.entries()) {
    const label = labels.find(({ id }) => id === weak?.[word])!;
    // Narrow words hold hardly a pixel beside their outline and letter.
    if (box[2] - box[0] < 25) continue;
    const before = meanColour(scan, boxIn(box, whole));
    const after = meanColour(drawn, boxIn(box, sheet));
    if (label.id === 0) expect(distance(before, after), `word ${word} outside`).toBeLessThan(12);
    else {
      const colour = [1, 3, 5].map((at) => Number.parseInt(label.colour.slice(at, at + 2), 16));
      expect(distance(after, colour), `word ${word} as ${label.name}`).toBeLessThan(distance(before, colour));
      tinted++;
    }
  }
  expect(tinted).toBeGreaterThan(50);
});

test('exports predictions of the filtered pages with progress', async ({ open }) => {
  const { window, served, project } = await open('trained');
  const { page } = window;
  await window.search.fill('sponge');
  await expect(page.getByText(/^\d+ of \d+ pages?/)).toBeVisible();
  const count = await window.rows.count();
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  await page.getByRole('menuitem', { name: /filtered page/ }).click();
  const files = await exported(served, project);
  expect(files).toHaveLength(2 * count);
  for (const file of files.filter((name) => name.endsWith('.json')))
    expect(JSON.parse(readFileSync(file, 'utf8')).tokens?.length ?? 1).toBeGreaterThan(0);
  expect(files.every((file) => existsSync(file))).toBe(true);
});
