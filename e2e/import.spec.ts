import { cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expectAccessible } from './testing/accessible.ts';
import { expect, test } from './testing/fixtures.ts';
import { GalleyWindow } from './testing/window.ts';

/** Two scans of the demo and a torn one in `HOME/shelf`, two forms of another program in `HOME/forms`. */
function shelf(home: string, project: string): void {
  mkdirSync(join(home, 'shelf'));
  const images = join(project, 'pages', 'images');
  for (const name of readdirSync(images).sort().slice(0, 2))
    cpSync(join(images, name), join(home, 'shelf', name));
  writeFileSync(join(home, 'shelf', 'torn.pdf'), '%PDF-1.7 and no more');
  mkdirSync(join(home, 'forms'));
  const field = (id: number, text: string, label: string) => ({
    id,
    label,
    text,
    box: [10, 40 * id, 200, 40 * id + 20],
    linking: [],
    words: text.split(' ').map((word, i) => ({
      text: word,
      box: [10 + 60 * i, 40 * id, 60 + 60 * i, 40 * id + 20],
    })),
  });
  for (const name of ['a', 'b'])
    writeFileSync(
      join(home, 'forms', `${name}.json`),
      JSON.stringify({
        form: [
          field(1, 'Sponge Cake', 'header'),
          field(2, 'Two eggs', 'question'),
          field(3, 'Beat', 'answer'),
        ],
      }),
    );
}

test('plans scans, shows them level and cut, imports them, and reads them once', async ({
  page,
  serve,
  copyOf,
  home,
}) => {
  shelf(home, copyOf('demo'));
  const served = await serve({ root: home });
  await page.setViewportSize({ width: 1280, height: 720 });
  await page.goto(served.address);
  const choose = async () => {
    await page.getByRole('button', { name: 'Import scanned pages' }).click();
    const choices = page.getByRole('dialog', { name: 'Import scanned pages' });
    await choices.getByRole('button', { name: 'shelf', exact: true }).click();
  };
  await choose();
  const dialog = page.getByRole('dialog', { name: 'Import pages' });
  await expect(dialog.getByRole('row', { name: /Scans/ })).toContainText('2');
  await expect(dialog.getByText(/torn\.pdf/)).toBeVisible();
  await dialog.getByRole('switch', { name: /askew/ }).click();
  await dialog.getByRole('switch', { name: /block of print/ }).click();
  const preview = dialog.getByRole('region', { name: 'How a scan will look' });
  await expect(preview.getByRole('img', { name: 'As it will be read' })).toBeVisible();
  await expect(preview.getByRole('status')).toContainText(/is kept/);
  await dialog.getByRole('button', { name: 'Next scan' }).click();
  await expect(preview).toContainText('Scan 2 of 2');
  await expectAccessible(page, 'import, with the preview of a scan');
  // The way on is in sight however long the plan is.
  await expect(dialog.getByRole('button', { name: 'Import', exact: true })).toBeInViewport({ ratio: 1 });
  await dialog.getByRole('button', { name: 'Import', exact: true }).click();

  const window = new GalleyWindow(page);
  await expect(page.getByText('2 pages', { exact: true })).toBeVisible({ timeout: 180_000 });
  await window.pageShown();
  await expect(window.jobs).toContainText(/not imported: torn\.pdf/);

  // Once more, as they were read: nothing is read again.
  const { importId } = await served.call('project.choose', { name: 'shelf', purpose: 'import' });
  const asBefore = { importId: importId!, deskew: true, crop: true, repair: true };
  expect(await served.call('import.plan', asBefore)).toMatchObject({ toRead: 0, stored: 2, changed: 0 });
  expect(await served.call('import.plan', { ...asBefore, crop: false })).toMatchObject({
    toRead: 2,
    stored: 0,
    changed: 2,
  });
});

test('maps the labels of other programs', async ({ page, serve, copyOf, home }) => {
  shelf(home, copyOf('demo'));
  const served = await serve({ root: home });
  await page.goto(served.address);
  await page.getByRole('button', { name: 'Import scanned pages' }).click();
  await page
    .getByRole('dialog', { name: 'Import scanned pages' })
    .getByRole('button', { name: 'forms', exact: true })
    .click();
  const dialog = page.getByRole('dialog', { name: 'Import pages' });
  const labels = dialog.getByRole('table', { name: 'Labels in these files' });
  await expect(labels.getByRole('row', { name: /header/i })).toContainText('4');
  await labels.getByLabel(/What header becomes/i).selectOption('TITLE');
  await labels.getByLabel(/What question becomes/i).selectOption('INGREDIENT_LINE');
  await labels.getByLabel(/What answer becomes/i).selectOption('INSTRUCTION_STEP');
  await expectAccessible(page, 'import, with labels to map');
  await dialog.getByRole('button', { name: 'Import', exact: true }).click();
  const window = new GalleyWindow(page);
  await expect(page.getByText('2 pages', { exact: true })).toBeVisible({ timeout: 120_000 });
  await window.pageShown();
  await expect(window.panel).toContainText('Sponge Cake');
  await expect(window.panel).toContainText('Two eggs');
});

test('takes what is dropped on the window', async ({ page, serve, copyOf, home }) => {
  shelf(home, copyOf('demo'));
  const served = await serve({ root: home });
  await page.goto(served.address);
  await expect(page.getByRole('button', { name: 'Import scanned pages' })).toBeVisible();
  const devtools = await page.context().newCDPSession(page);
  const data = { items: [], files: [join(home, 'forms')], dragOperationsMask: 1 };
  const drag = (type: 'dragEnter' | 'dragOver' | 'drop') =>
    devtools.send('Input.dispatchDragEvent', { type, x: 500, y: 400, data });
  await drag('dragEnter');
  await drag('dragOver');
  await expect(page.getByText('Drop scans, PDFs or a folder to import them')).toBeVisible();
  await drag('drop');
  const dialog = page.getByRole('dialog', { name: 'Import pages' });
  await expect(dialog.getByRole('row', { name: /FUNSD/ })).toContainText('2');
  await dialog.getByRole('button', { name: 'Import', exact: true }).click();
  await expect(page.getByText('2 pages', { exact: true })).toBeVisible({ timeout: 120_000 });
});
