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
