import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from './testing/fixtures.ts';

test('shows a run with its curves and settings, deletes it and brings it back', async ({ open }) => {
  const { window, project } = await open('trained');
  const { page } = window;
  await window.show('Runs');
  const table = page.getByRole('table', { name: 'Runs of this project, latest first' });
  const run = table.getByRole('row', { name: /Training, both stages/ });
  await expect(run).toContainText('Finished');
  await expect(run).toContainText(/0\.\d+/);
  const faces = page.getByRole('group', { name: 'Show' });
  await faces.getByRole('button', { name: 'Curves' }).click();
  await expect(page.getByRole('region', { name: 'Curves' }).locator('canvas').first()).toBeVisible();
  await faces.getByRole('button', { name: 'Settings' }).click();
  await expect(page.getByRole('row', { name: /^Window length/ })).toContainText('256');

  const exports = join(project, 'exports');
  await page.getByRole('button', { name: 'Export model' }).click();
  await expect
    .poll(
      () => (existsSync(exports) ? readdirSync(exports).flatMap((f) => readdirSync(join(exports, f))) : []),
      {
        timeout: 30_000,
      },
    )
    .toContain('predict.py');

  await run.getByRole('button', { name: /^Delete: Training/ }).click();
  await expect(page.getByRole('heading', { name: 'No runs yet' })).toBeVisible();
  await page
    .getByText('Deleted “Training, both stages”.')
    .locator('..')
    .getByRole('button', { name: 'Undo' })
    .click();
  await expect(run).toBeVisible();
});
