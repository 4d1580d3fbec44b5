import { expectAccessible } from './testing/accessible.ts';
import { expect, test } from './testing/fixtures.ts';

test('finds the doubtful lines and settles them with one key each', async ({ open }) => {
  const { window, served } = await open('trained');
  const { page } = window;
  await window.show('Review');
  await page.getByRole('button', { name: 'Find lines to correct' }).click();
  const queue = page.getByRole('listbox', { name: 'Lines to correct' });
  // Every page is read by the model.
  await expect(queue).toBeVisible({ timeout: 180_000 });
  const lines = await queue.getByRole('option').count();
  expect(lines).toBeGreaterThan(1);
  const settled = (count: number) => page.getByText(`${count} of ${lines} lines settled`);
  await expect(settled(0)).toBeVisible();

  await queue.focus();
  const first = queue.getByRole('option', { selected: true });
  const [, pageNum] = /Page (\d+)/.exec((await first.textContent()) ?? '')!;
  await page.keyboard.press('Enter');
  await expect(settled(1)).toBeVisible();
  await page.keyboard.press('k');
  await expect(settled(2)).toBeVisible();
  // The queue shrinks, and says what was gained.
  await expect(queue.getByRole('option')).toHaveCount(lines - 2);
  await expect(page.getByText(/\d+ % of the queue’s worth/)).toBeVisible();
  // Undo opens the line again.
  await page.keyboard.press('ControlOrMeta+z');
  await expect(settled(1)).toBeVisible();
  await page.keyboard.press('ControlOrMeta+Shift+z');
  await expect(settled(2)).toBeVisible();
  await queue.focus();
  // What is settled is a person's label, on the page and in the journal.
  await expect
    .poll(async () => {
      const { gold } = await served.call('pages.get', { pageNum: Number(pageNum) });
      return gold?.some((label) => label >= 0);
    })
    .toBe(true);

  const next = queue.getByRole('option', { selected: true });
  const [, nextPage] = /Page (\d+)/.exec((await next.textContent()) ?? '')!;
  await page.keyboard.press('o');
  await window.pageShown(Number(nextPage));
  await expect(window.selected.first()).toBeAttached();

  // The queue is still there after a reload.
  await page.reload();
  await window.pageShown();
  await window.show('Review');
  await expect(settled(2)).toBeVisible();

  await expectAccessible(page, 'review queue');
});

test('trains on what was corrected and says per label whether the model got better', async ({ open }) => {
  test.setTimeout(600_000);
  const { window, served } = await open('trained');
  const { page } = window;
  // Gold labels of the demo's own pages, those kept aside among them.
  await served.call('annotations.import', { from: 'dataset' });
  await window.show('Review');
  await page.getByRole('button', { name: 'Train on what was corrected' }).click();
  const dialog = page.getByRole('dialog', { name: 'Train on what was corrected' });
  await expect(dialog.getByText(/learns from \d+ gold words on 20 pages/)).toBeVisible({ timeout: 180_000 });
  await expect(dialog.getByText(/compared on 4 pages kept aside/)).toBeVisible();
  await expectAccessible(page, 'what a retraining costs');
  await dialog.getByRole('combobox', { name: 'Epochs' }).selectOption('1');
  await dialog.getByRole('button', { name: 'Start' }).click();
  await expect(page.getByRole('heading', { name: 'Training on what was corrected' })).toBeVisible();

  // The run ends with the comparison.
  const table = page.getByRole('table', { name: 'Before and after' });
  await expect(table).toBeVisible({ timeout: 400_000 });
  const row = table.getByRole('row', { name: /^Ingredient line/ });
  await expect(row).toContainText(/0\.\d{3}.*(better|worse|same)/);
  await expect(
    page.getByText(/Both models read 4 pages kept aside, against \d+ words with gold/),
  ).toBeVisible();
  await expectAccessible(page, 'before and after');

  // It stays with the run.
  await window.show('Runs');
  await expect(page.getByRole('table', { name: 'Before and after' })).toBeVisible();
  const { runs } = await served.call('runs.list', {});
  expect(runs[0]).toMatchObject({ kind: 'retrain', state: 'done', hasComparison: true });
  const { comparison } = await served.call('runs.comparison', { runId: runs[0].id });
  expect(comparison).toMatchObject({ reference: 'gold', pages: 4, learned_before: [] });
  const { project } = await served.call('project.current', {});
  expect(project!.models[0].id).toBe(runs[0].id);

  // A page opens as the new model reads it.
  const changed = comparison!.changed_pages[0];
  expect(changed).toBeDefined();
  await page.getByRole('button', { name: `Page ${changed.page_num}`, exact: true }).click();
  await window.pageShown(changed.page_num);
  await expect(
    page.getByRole('group', { name: 'Label source' }).getByRole('button', { name: 'Diff' }),
  ).toHaveAttribute('aria-pressed', 'true');
  const { model } = await served.call('pages.get', { pageNum: changed.page_num });
  expect(model).toBe(runs[0].id);
});

test('shows what a rule does, and what switching it off changes before it is kept', async ({ open }) => {
  const { window, served } = await open('demo');
  const { page } = window;
  await window.show('Review');
  await page.getByRole('button', { name: 'Rules' }).click();
  const table = page.getByRole('table', { name: 'What each rule does' });
  await expect(table).toBeVisible({ timeout: 120_000 });
  const row = table.getByRole('row', { name: /^quantity/i });
  // Lines, coverage, overlaps, conflicts, agreement, accuracy.
  for (const cell of [2, 3, 4, 5, 6]) await expect(row.getByRole('cell').nth(cell)).toHaveText(/\d+ %/);
  const weak = async () => (await served.call('pages.get', { pageNum: 3 })).weak;
  const before = await weak();

  await row.getByRole('combobox').selectOption('0');
  const changes = page.getByRole('region', { name: 'What changes' });
  await expect(changes.getByText(/\d+ words? changes?, on \d+ pages?/)).toBeVisible({ timeout: 120_000 });
  await expect(changes.getByText(/High-confidence set: \d+ pages before, \d+ after/)).toBeVisible();
  await expect(changes.getByText(/Right against gold labels: .+ before, .+ after/)).toBeVisible();
  await expectAccessible(page, 'rules');
  expect(await weak()).toEqual(before);

  await page.getByRole('button', { name: 'Reset' }).click();
  await expect(changes.getByText(/Give a rule another weight/)).toBeVisible({ timeout: 120_000 });
  await row.getByRole('combobox').selectOption('0');
  await expect(changes.getByText(/words? changes?/)).toBeVisible({ timeout: 120_000 });
  await page.getByRole('button', { name: 'Keep and label anew' }).click();
  await expect(page.getByText('The pages are labelled with these weights.')).toBeVisible({
    timeout: 120_000,
  });
  await expect(row.getByRole('combobox')).toHaveValue('0');
  expect((await served.call('rules.inspect', {})).saved).toEqual({ quantity: 0 });
});

test('takes gold labels of the dataset over, and back', async ({ open }) => {
  const { window, served } = await open('demo');
  const { page } = window;
  await window.source('Gold');
  const waiting = (await served.call('project.current', {})).project!.goldWaiting;
  expect(waiting).toBeGreaterThan(0);
  await expectAccessible(page, 'gold labels waiting');
  await page.getByRole('button', { name: 'Take them over' }).click();
  const { pageNum, words } = (await served.call('pages.list', {})).pages[0];
  await expect
    .poll(async () => (await served.call('pages.get', { pageNum })).gold?.filter((id) => id >= 0).length)
    .toBeGreaterThan(words / 2);
  await expect.poll(async () => (await served.call('project.current', {})).project!.goldWaiting).toBe(0);
  await expect(page.getByRole('button', { name: 'Take them over' })).toBeHidden();
});
