import { execFileSync } from 'node:child_process';
import {
  closeSync,
  cpSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from './testing/fixtures.ts';
import { GalleyWindow } from './testing/window.ts';

const PAGE = 3;

test('a project without pages says so in every area', async ({ page, serve, home }) => {
  const project = join(home, 'empty');
  mkdirSync(project);
  const file = { format: 1, name: 'Empty', full: 'datasets/full', highconf: 'datasets/highconf' };
  writeFileSync(join(project, 'galley-project.json'), JSON.stringify(file));
  const served = await serve({ project });
  await page.goto(served.address);
  const window = new GalleyWindow(page);
  const main = page.getByRole('main');
  await expect(main.getByRole('heading', { name: 'This project has no pages yet' })).toBeVisible();
  await expect(main.getByRole('button', { name: 'Import pages' })).toBeVisible();
  await window.show('Train');
  await expect(page.getByRole('heading', { name: 'There are no pages to train on yet' })).toBeVisible();
  await window.show('Review');
  await expect(page.getByRole('heading', { name: 'Nothing is queued yet' })).toBeVisible();
  await window.show('High-conf.');
  await expect(page.getByRole('heading', { name: 'There are no pages to choose from' })).toBeVisible();
  await window.show('Runs');
  await expect(page.getByRole('heading', { name: 'No runs yet' })).toBeVisible();
});

test('a folder without pages is no project, and leads back', async ({ page, serve, home }) => {
  const project = join(home, 'holiday');
  mkdirSync(project);
  writeFileSync(join(project, 'notes.txt'), 'no pages here');
  const served = await serve({ project });
  await page.goto(served.address);
  await expect(page.getByRole('heading', { name: 'Galley could not open this project' })).toBeVisible();
  await expect(page.getByRole('alert')).toContainText('No pages and no dataset in this folder.');
  await page.getByRole('button', { name: 'Open another project' }).click();
  await expect(page.getByRole('button', { name: 'Open the demo cookbook' })).toBeVisible();
  // Nothing was left in a folder that is not Galley's.
  expect(readdirSync(project)).toEqual(['notes.txt']);
});

test('a damaged dataset is named, with what to do', async ({ page, serve, copyOf }) => {
  const project = copyOf('demo');
  const split = join(project, 'datasets', 'full', 'dataset_dict', 'train');
  const arrow = readdirSync(split).find((name) => name.endsWith('.arrow'))!;
  truncateSync(join(split, arrow), 5000);
  const served = await serve({ project });
  await page.goto(served.address);
  const alert = page.getByRole('alert');
  await expect(alert.getByRole('heading', { name: 'Galley could not open this project' })).toBeVisible();
  await alert.getByText('Details').click();
  await expect(alert.locator('code')).toContainText('datasets');
  await expect(page.getByRole('button', { name: 'Open another project' })).toBeVisible();
});

test('a damaged journal opens for reading only, and nothing is built on it', async ({
  page,
  serve,
  copyOf,
}) => {
  const project = copyOf('demo');
  const first = await serve({ project });
  const detail = await first.call('pages.get', { pageNum: PAGE });
  const delta = (index: number) => ({
    pageNum: PAGE,
    indices: [index],
    before: [detail.gold?.[index] ?? -1],
    after: [1],
    origin: 'person' as const,
    scores: null,
  });
  await first.call('annotations.apply', { deltas: [delta(5)] });
  await first.call('annotations.apply', { deltas: [delta(6)] });
  await first.kill();
  const journal = join(project, 'annotations', 'journal.jsonl');
  const lines = readFileSync(journal, 'utf8').split('\n');
  writeFileSync(journal, [lines[0].slice(0, 20), ...lines.slice(1)].join('\n'));
  rmSync(join(project, 'annotations', 'snapshot.json'), { force: true });

  const served = await serve({ project });
  await page.goto(served.address);
  const window = new GalleyWindow(page);
  await window.pageShown();
  await expect(page.getByRole('status').filter({ hasText: /^Read-only/ })).toBeVisible();
  await window.openPage(PAGE);
  await window.clickWord(8);
  await expect(page.getByRole('button', { name: 'Label as Title' })).toHaveAttribute('aria-disabled', 'true');
});

test('a page whose scan is gone is drawn from its words', async ({ page, serve, copyOf }) => {
  const project = copyOf('demo');
  rmSync(join(project, 'pages', 'images', '0003.png'));
  const served = await serve({ project });
  const window = new GalleyWindow(page);
  await window.goto(served.address);
  await window.openPage(PAGE);
  await expect(page.getByText('No scan: words are drawn in their places.')).toBeVisible();
  // It can be labelled all the same.
  await window.source('Gold');
  await window.clickWord(5);
  await page.keyboard.press('1');
  await expect(window.word(5)).toHaveText(/: Title/);
  await window.openPage(4);
  await expect(page.getByText('No scan: words are drawn in their places.')).toBeHidden();
});

test('without a model, prediction leads to training', async ({ open }) => {
  const { window } = await open();
  const { page } = window;
  await window.source('Predicted');
  await expect(page.getByText('No model yet. Train one, then predict.')).toBeVisible();
  await window.command('predict this');
  await expect(page.getByText('Nothing matches.')).toBeVisible();
  await page.keyboard.press('Escape');
  await page.getByRole('tab', { name: 'JSON' }).click();
  await expect(page.getByRole('heading', { name: 'No predictions for this page yet' })).toBeVisible();
});

/** Writes until nothing more fits. */
function fillDisk(path: string): void {
  const handle = openSync(path, 'w');
  const block = Buffer.alloc(4096, 1);
  try {
    for (;;) writeSync(handle, block);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  } finally {
    closeSync(handle);
  }
}

test('a full disk takes nothing away: the label is taken back and said so, and can be given again', async ({
  page,
  serve,
  copyOf,
  home,
}, info) => {
  const disk = join(home, 'small-disk');
  mkdirSync(disk);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=48m', 'tmpfs', disk], { stdio: 'ignore' });
  } catch {
    info.skip(true, 'a small disk can be mounted by root on Linux only');
  }
  try {
    const project = join(disk, 'demo');
    cpSync(copyOf('demo'), project, { recursive: true });
    const served = await serve({ project });
    const window = new GalleyWindow(page);
    await window.goto(served.address);
    await window.openPage(PAGE);
    await window.source('Gold');
    fillDisk(join(disk, 'filler'));
    await window.clickWord(5);
    await page.keyboard.press('1');
    const news = page.getByRole('alert').filter({ hasText: 'could not be saved and was taken back' });
    await expect(news).toContainText('no space left');
    await expect(window.word(5)).toHaveText(/: undecided/);
    await news.getByRole('button', { name: 'Dismiss' }).click();
    rmSync(join(disk, 'filler'));
    await window.clickWord(5);
    await page.keyboard.press('1');
    await expect(window.word(5)).toHaveText(/: Title/);
    await window.saved();
    await page.reload();
    await window.pageShown(PAGE);
    await expect(window.word(5)).toHaveText(/: Title/);
    await served.kill();
  } finally {
    execFileSync('umount', ['-l', disk], { stdio: 'ignore' });
  }
});

const readOnly = (window: GalleyWindow) => window.page.getByRole('status').filter({ hasText: /^Read-only/ });

/** The second window looks, and changes nothing. */
async function expectReadOnly(window: GalleyWindow): Promise<void> {
  await expect(readOnly(window)).toBeVisible();
  await window.openPage(PAGE);
  await window.source('Gold');
  await window.clickWord(9);
  await window.page.keyboard.press('1');
  await expect(window.page.getByRole('button', { name: 'Label as Title' })).toHaveAttribute(
    'aria-disabled',
    'true',
  );
  await expect(window.word(9)).toHaveText(/: undecided/);
}

test('of two workbenches on one project the second only reads', async ({ page, open, serve, context }) => {
  const { served, project } = await open();
  const second = await serve({ project });
  const window = new GalleyWindow(await context.newPage());
  await window.goto(second.address);
  await expectReadOnly(window);
  await expect(second.call('annotations.apply', { deltas: [titleOn(9)] })).rejects.toThrow(/reading only/);
  // When the first one ends, the second goes on by itself.
  await page.goto('about:blank');
  await served.stop();
  await expect(readOnly(window)).toBeHidden();
  await window.clickWord(9);
  await window.page.keyboard.press('1');
  await expect(window.word(9)).toHaveText(/: Title/);
  await window.saved();
});

const titleOn = (index: number) => ({
  pageNum: PAGE,
  indices: [index],
  before: [-1],
  after: [1],
  origin: 'person' as const,
  scores: null,
});

test('of two windows of one workbench the second only reads until it is asked to work', async ({
  open,
  context,
}) => {
  const { window: first, served } = await open();
  const second = new GalleyWindow(await context.newPage());
  await second.goto(served.address);
  await expectReadOnly(second);
  // The first one keeps the pen over a reload.
  await first.page.reload();
  await first.pageShown();
  await expect(readOnly(first)).toBeHidden();
  await expect(readOnly(second)).toBeVisible();
  await first.openPage(PAGE);
  await first.source('Gold');
  await first.clickWord(5);
  await first.page.keyboard.press('1');
  await first.saved();
  // The second one sees what the first one does.
  await expect(second.word(5)).toHaveText(/: Title/);

  await second.page.getByRole('button', { name: 'Work here' }).click();
  await expect(readOnly(second)).toBeHidden();
  await expect(readOnly(first)).toBeVisible();
  await second.page.close();
  await expect(readOnly(first)).toBeHidden();
  await first.clickWord(6);
  await first.page.keyboard.press('2');
  await expect(first.word(6)).toHaveText(/: Ingredient line/);
  await first.saved();
});
