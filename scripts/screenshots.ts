/**
 * `npm run screenshots`: the README's pictures, docs/images/*.png, taken in headless Chromium from pages of the built-in
 * cookbook with a model trained on them for a few minutes. Wants `npm run build` first.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { chromium, type Page } from '@playwright/test';
import sharp from 'sharp';
import { galley, Served } from '../e2e/testing/serve.ts';
import { untilDone } from '../e2e/testing/training.ts';
import { GalleyWindow } from '../e2e/testing/window.ts';
import { findChromium, NO_CHROMIUM } from './ensure-chromium.ts';

const PAGES = 40;
const OUT = join(dirname(import.meta.dirname), 'docs', 'images');
/** Pictures in a repository are fetched by everybody. */
const MOST_BYTES = 400_000;

/** A demo project with its datasets, as `galley demo` lays it out. */
function makeProject(home: string): string {
  const project = join(home, 'Demo cookbook');
  const at = (...parts: string[]) => join(project, ...parts);
  galley(home, 'demo-data', '--out_dir', at('pages'), '--pages', String(PAGES));
  const gold = ['--gold_labels', at('pages', 'labels.jsonl')];
  galley(home, 'label', '--pages', at('pages', 'pages.jsonl'), ...gold, '--out_dir', at('datasets', 'full'));
  galley(
    home,
    'regen-highconf',
    ...['--full_dataset_dir', at('datasets', 'full'), '--highconf_dataset_dir', at('datasets', 'highconf')],
    ...['--reports_dir', at('reports', 'highconf'), '--overwrite'],
  );
  return project;
}

/** Writes what the window shows, with so many colours that the picture stays small. */
async function take(page: Page, name: string): Promise<void> {
  const shot = await page.screenshot();
  for (const colours of [256, 160, 96, 64]) {
    const png = await sharp(shot).png({ palette: true, colours, effort: 10, dither: 0.6 }).toBuffer();
    if (png.byteLength > MOST_BYTES) continue;
    await sharp(png).toFile(join(OUT, `${name}.png`));
    console.log(`${name}.png: ${Math.round(png.byteLength / 1000)} kB, ${colours} colours`);
    return;
  }
  throw new Error(`${name}.png stays larger than ${MOST_BYTES / 1000} kB`);
}

/** The page with the most to show: a title, ingredients and steps of one recipe at least. */
async function richestPage(served: Served): Promise<number> {
  let best = { pageNum: 1, parts: 0 };
  for (const { pageNum, words } of (await served.call('pages.list', {})).pages) {
    if (words < 150 || words > 300) continue;
    const { recipes } = await served.call('pages.recipes', { pageNum, source: 'weak' });
    const parts = recipes
      .filter(({ title, ingredients, steps }) => title && ingredients.length > 2 && steps.length > 0)
      .reduce((sum, { ingredients, times, temperatures, servings }) => {
        const facts = times.length + temperatures.length + servings.length;
        return sum + ingredients.length + 3 * facts;
      }, 0);
    if (parts > best.parts) best = { pageNum, parts };
  }
  return best.pageNum;
}

const executablePath = findChromium();
if (executablePath === null) throw new Error(NO_CHROMIUM);
const home = mkdtempSync(join(tmpdir(), 'galley-pictures-'));
const browser = await chromium.launch({ executablePath });
let served: Served | undefined;
try {
  mkdirSync(OUT, { recursive: true });
  const project = makeProject(home);
  served = await Served.start({ home, project });
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' });
  const window = new GalleyWindow(page);
  await window.goto(served.address);
  const pageNum = await richestPage(served);

  // What the rules say, and why.
  await window.openPage(pageNum);
  await window.scanShown();
  const { weak, lines } = await served.call('pages.get', { pageNum });
  const line = lines.find(({ label, wordIndices }) => label === 'INGREDIENT_LINE' && wordIndices.length > 2);
  await page.getByRole('tab', { name: 'Inspector' }).click();
  await window.clickWord(line?.wordIndices[0] ?? weak?.indexOf(1) ?? 0);
  await page.keyboard.press('l');
  await page.mouse.move(2, 450);
  await take(page, 'page');

  await window.show('Train');
  const { jobId } = await served.call('train.start', {
    options: { device: 'cpu', max_length: 384, max_steps: 24, logging_steps: 2, eval_steps: 8 },
  });
  await page.getByRole('button', { name: 'Watch' }).click();
  await page.getByText(/At stage B, step (1[6-9]|2\d)/i).waitFor({ timeout: 1_800_000 });
  await page.mouse.move(2, 450);
  await take(page, 'train');
  await untilDone(served, jobId);

  await window.show('Pages');
  await served.call('pages.predict', { pageNum });
  await window.pageShown(pageNum);
  await window.source('Predicted');
  await page.getByRole('tab', { name: 'AI Parse View' }).click();
  await window.jobs.getByRole('button', { name: 'Dismiss' }).click();
  await window.panel
    .getByRole('listitem')
    .getByRole('button', { name: /milk|flour|sugar|butter/i })
    .first()
    .click();
  await page.mouse.move(2, 450);
  await take(page, 'parse-view');
} finally {
  await browser.close();
  await served?.kill();
  rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}
