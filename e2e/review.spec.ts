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

  // Stage B starts from the last model, which is a run of its own.
  const { runs: before } = await served.call('runs.list', {});
  const { project } = await served.call('project.current', {});
  await page.getByRole('button', { name: 'Train on what was corrected' }).click();
  const run = async () => {
    const { runs } = await served.call('runs.list', {});
    return runs.find(({ id }) => !before.some((known) => known.id === id));
  };
  await expect
    .poll(async () => (await run())?.options)
    .toMatchObject({ stage: 'full', model: project!.models[0].id });
  await expect(page.getByRole('heading', { name: 'Training' }).first()).toBeVisible();
  const job = async () => (await served.call('jobs.list', {})).jobs.find((one) => one.kind === 'train');
  await served.call('jobs.control', { jobId: (await job())!.id, action: 'just-stop' });
  await expect.poll(async () => (await job())?.state).toBe('cancelled');
});
