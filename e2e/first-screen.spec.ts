import { join } from 'node:path';
import { expect, test } from './testing/fixtures.ts';
import { GalleyWindow } from './testing/window.ts';

test('makes and opens the demo cookbook, and knows it again the next time', async ({ page, serve }) => {
  const first = await serve();
  await page.goto(first.address);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(/scanned cookbook pages/);
  await expect(page.getByText('Nothing leaves this machine.')).toBeVisible();
  // The token is a key: it does not stay in the address, where a screen shared or a history would show it.
  await expect(page).not.toHaveURL(/token/);

  await page.getByRole('button', { name: 'Open the demo cookbook' }).click();
  await expect(page.getByRole('progressbar', { name: 'Making the demo cookbook' })).toBeVisible();
  const window = new GalleyWindow(page);
  // 120 pages are typeset and printed.
  await expect(page.getByText('120 pages', { exact: true })).toBeVisible({ timeout: 180_000 });
  await expect(page).toHaveTitle('Demo cookbook – Galley');
  await window.pageShown(1);
  await window.scanShown();
  await page.goto('about:blank');
  await first.stop();

  const second = await serve();
  await page.goto(second.address);
  const recent = page.getByRole('button', { name: /^Demo cookbook/ });
  await expect(recent).toBeVisible();
  await recent.click();
  await window.pageShown(1);
});

test('opens a folder of the machine by name', async ({ page, serve, copyOf, home }) => {
  copyOf('demo');
  const served = await serve({ root: home });
  await page.goto(served.address);
  await page.getByRole('button', { name: 'Open a project folder' }).click();
  const dialog = page.getByRole('dialog', { name: 'Choose a folder' });
  await dialog.getByRole('button', { name: 'demo', exact: true }).click();
  await new GalleyWindow(page).pageShown(1);
  await page
    .getByRole('navigation', { name: 'Work areas' })
    .getByRole('button', { name: 'Settings' })
    .click();
  await expect(page.getByText(join(home, 'demo'), { exact: true })).toBeVisible();
});
