import { expect, test } from './testing/fixtures.ts';
import { DEMO_PAGES } from './testing/make-projects.ts';

test('browses by list, by buttons and by keys', async ({ open }) => {
  const { window } = await open();
  const { page } = window;
  await expect(page).toHaveTitle('demo – Galley');
  await expect(page.getByText(`${DEMO_PAGES} pages`, { exact: true })).toBeVisible();
  await window.pageShown(1);
  await window.scanShown();

  await page.keyboard.press('PageDown');
  await window.pageShown(2);
  await expect(window.row(2)).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('j');
  await window.pageShown(3);
  await page.keyboard.press('k');
  await window.pageShown(2);
  await page.getByRole('button', { name: 'Next page' }).click();
  await window.pageShown(3);
  await window.openPage(5);
  await window.scanShown();
  await page.keyboard.press('ControlOrMeta+End');
  await window.pageShown(DEMO_PAGES);
  await expect(window.row(DEMO_PAGES)).toBeInViewport();

  // The place in the book survives a reload.
  await page.reload();
  await window.pageShown(DEMO_PAGES);
});

test('finds pages by number and by word, and says where nothing is found', async ({ open }) => {
  const { window } = await open();
  const { page } = window;
  await page.keyboard.press('/');
  await expect(window.search).toBeFocused();
  await page.keyboard.type('7');
  await expect(window.rows).toHaveCount(1);
  await page.keyboard.press('Enter');
  await window.pageShown(7);

  await window.search.fill('SPONGE');
  await expect(page.getByText(/^\d+ of \d+ pages?/)).toBeVisible();
  const hits = window.rows;
  await expect(hits.first()).toBeVisible();
  await hits.first().click();
  await expect(window.words.filter({ hasText: /sponge/i }).first()).toBeAttached();

  await window.search.fill('no such word anywhere');
  await expect(page.getByRole('heading', { name: 'No page matches' })).toBeVisible();
  await page.getByRole('button', { name: 'Show all pages' }).click();
  await expect(page.getByText(`${DEMO_PAGES} pages`, { exact: true })).toBeVisible();
  await expect(window.search).toHaveValue('');
});

test('filters pages by label, high-confidence set and edits', async ({ open }) => {
  const { window } = await open();
  const { page } = window;
  const count = page.getByText(/^\d+ of \d+ pages?/);
  const shown = async () => Number((await count.textContent())?.split(' ')[0]);
  await page.getByRole('button', { name: 'Filters' }).click();

  await page.getByRole('button', { name: 'Temperature', exact: true }).first().click();
  await expect(count).toBeVisible();
  const withTemperature = await shown();
  expect(withTemperature).toBeGreaterThan(0);
  expect(withTemperature).toBeLessThan(DEMO_PAGES);
  await page.getByRole('switch', { name: 'In the high-confidence set' }).click();
  await expect.poll(shown).toBeLessThanOrEqual(withTemperature);
  await page.getByRole('button', { name: 'Show all pages' }).click();
  await expect(page.getByText(`${DEMO_PAGES} pages`, { exact: true })).toBeVisible();

  await page.getByRole('switch', { name: 'Edited by me' }).click();
  await expect(page.getByRole('heading', { name: 'No page matches' })).toBeVisible();
  await page.getByRole('button', { name: 'Show all pages' }).first().click();
  await window.openPage(3);
  await window.clickWord(0);
  await page.keyboard.press('1');
  await window.saved();
  await page.getByRole('switch', { name: 'Edited by me' }).click();
  await expect(window.rows).toHaveCount(1);
  await expect(window.rows).toHaveAccessibleName(/^Page 3\..*Gold labels/);
});

test('zooms about the pointer, to the selection and back, and moves the page', async ({ open }) => {
  const { window } = await open();
  const { page } = window;
  await window.openPage(3);
  await window.scanShown();
  const fitted = await window.camera();

  // The word under the pointer stays under it.
  const word = 40;
  const before = await window.middleOf(word);
  await page.mouse.move(before.x, before.y);
  await page.keyboard.down('Control');
  await page.mouse.wheel(0, -240);
  await page.keyboard.up('Control');
  await expect.poll(async () => (await window.camera()).scale).toBeGreaterThan(fitted.scale * 1.2);
  const after = await window.middleOf(word);
  expect(Math.abs(after.x - before.x)).toBeLessThan(2);
  expect(Math.abs(after.y - before.y)).toBeLessThan(2);

  await page.keyboard.press('f');
  await expect.poll(async () => (await window.camera()).scale).toBeCloseTo(fitted.scale, 5);
  await page.keyboard.press('+');
  await expect.poll(async () => (await window.camera()).scale).toBeGreaterThan(fitted.scale);
  await page.keyboard.press('ControlOrMeta+0');
  await expect.poll(async () => (await window.camera()).scale).toBeLessThan(fitted.scale);

  await window.clickWord(word);
  await page.keyboard.press('z');
  await expect.poll(async () => (await window.camera()).scale).toBeGreaterThan(fitted.scale * 2);
  const big = await window.boxOf(word);
  const surface = (await window.surface.boundingBox())!;
  expect((big.x0 + big.x1) / 2).toBeCloseTo(surface.x + surface.width / 2, -1);

  const still = await window.camera();
  const middle = { x: surface.x + surface.width / 2, y: surface.y + surface.height / 2 };
  await window.drag([middle, { x: middle.x - 60, y: middle.y - 90 }], 'Space');
  const moved = await window.camera();
  expect(moved.x - still.x).toBeCloseTo(-60, 0);
  expect(moved.y - still.y).toBeCloseTo(-90, 0);
  expect(moved.scale).toBe(still.scale);

  // Each page keeps its own view.
  await window.openPage(4);
  await window.openPage(3);
  expect(await window.camera()).toEqual(moved);
});

test('reaches every action through the command palette and shows every key', async ({ open }) => {
  const { window } = await open();
  const { page } = window;
  await window.command('12');
  await page.getByRole('option', { name: /Go to page 12/ }).click();
  await window.pageShown(12);

  await window.command('light and dark');
  await page.keyboard.press('Enter');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');

  await page.keyboard.press('?');
  const sheet = page.getByRole('dialog', { name: 'Keys' });
  await expect(sheet.getByText('Label as Title')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(sheet).toBeHidden();

  await window.show('Settings');
  await page.getByRole('searchbox', { name: 'Find an action or key' }).fill('Next page');
  await page.getByRole('button', { name: /^Change the key of “Next page”/ }).click();
  await page.keyboard.press('m');
  await expect(page.getByRole('button', { name: 'Change the key of “Next page”, now M' })).toBeVisible();
  await window.show('Pages');
  await page.keyboard.press('m');
  await window.pageShown(13);
});
