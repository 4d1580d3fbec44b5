import { expectAccessible } from './testing/accessible.ts';
import { expect, test } from './testing/fixtures.ts';
import { GalleyWindow } from './testing/window.ts';

for (const theme of ['light', 'dark', 'contrast'] as const)
  test(`every screen is accessible in the ${theme} theme`, async ({ page, serve, copyOf }) => {
    // Fifteen screens.
    test.setTimeout(1_000_000);
    // The third theme differs from the light one in its colours only.
    const expectScreen = (screen: string) => expectAccessible(page, screen, theme === 'contrast');
    const first = await serve();
    await first.call('settings.set', { theme });
    await page.goto(first.address);
    await expect(page.getByRole('button', { name: 'Open the demo cookbook' })).toBeVisible();
    await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
    await expectScreen('first screen');
    await page.goto('about:blank');
    await first.stop();

    const served = await serve({ project: copyOf('trained') });
    const window = new GalleyWindow(page);
    await window.goto(served.address);
    await served.call('pages.predict', { pageNum: 3 });
    await window.openPage(3);
    await window.clickWord(5);
    await page.keyboard.press('1');
    await window.saved();
    await page.getByRole('button', { name: 'Filters' }).click();
    await expectScreen('pages, with filters and AI Parse View');
    await window.source('Predicted');
    await page.getByRole('tab', { name: 'Recipes' }).click();
    await expect(window.panel.getByText('From predicted labels')).toBeVisible();
    await expectScreen('pages, predicted, with recipes');
    await page.getByRole('tab', { name: 'Inspector' }).click();
    await expectScreen('pages, predicted, with the inspector');
    await window.source('Diff');
    await page.getByRole('tab', { name: 'JSON' }).click();
    await expect(window.panel.locator('pre')).toBeVisible();
    await expectScreen('pages, differences, with JSON');
    await page.getByRole('button', { name: 'Layers' }).click();
    await expect(page.getByRole('dialog', { name: 'Layers' })).toBeVisible();
    await expectScreen('layers');
    await page.keyboard.press('Escape');
    await page.keyboard.press('ControlOrMeta+k');
    await expect(page.getByRole('dialog', { name: 'Commands' })).toBeVisible();
    await expectScreen('command palette');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Show all keys' }).click();
    await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible();
    await expectScreen('cheat sheet');
    await page.keyboard.press('Escape');

    await window.show('Review');
    await page.getByRole('button', { name: 'Find lines to correct' }).click();
    await expect(page.getByRole('listbox', { name: 'Lines to correct' })).toBeVisible({ timeout: 180_000 });
    await expectScreen('review');
    await window.show('Train');
    // The devices are measured first.
    await expect(page.getByText('million parameters')).toBeVisible({ timeout: 180_000 });
    await expectScreen('train, set up');
    await page.getByRole('button', { name: 'Watch' }).click();
    await expect(page.getByRole('table', { name: /Rows: what the reference says/ })).toBeVisible();
    await expectScreen('train, watch');
    await window.show('High-conf.');
    await expect(page.getByText(/^\d+ of \d+ pages kept$/)).toBeVisible();
    await expectScreen('high-confidence set');
    await window.show('Runs');
    await expect(page.getByRole('table', { name: /Runs of this project/ })).toBeVisible();
    await expectScreen('runs');
    await window.show('Settings');
    await expect(page.getByRole('heading', { name: 'Keys', exact: true })).toBeVisible();
    await expectScreen('settings');
  });
