import { expect, type Locator, type Page } from '@playwright/test';
import { test } from './testing/fixtures.ts';
import type { Served } from './testing/serve.ts';
import { SMALL_TRAINING, untilDone } from './testing/training.ts';
import type { GalleyWindow } from './testing/window.ts';

const TITLES = {
  max_length: 'Window length',
  max_steps: 'Most steps in a stage',
  logging_steps: 'Log every',
  eval_steps: 'Evaluate every',
} as const;

/** Types a small training into the form, as a person would. */
async function setUp(window: GalleyWindow, maxSteps: number = SMALL_TRAINING.max_steps): Promise<void> {
  const { page } = window;
  await window.show('Train');
  const form = page.getByRole('region', { name: 'Settings' });
  for (const group of ['Learning', 'What the model sees', 'Log, evaluations and checkpoints'])
    await form.getByText(group, { exact: true }).click();
  await form.getByLabel('Device', { exact: true }).selectOption('cpu');
  for (const [name, title] of Object.entries(TITLES)) {
    const value = name === 'max_steps' ? maxSteps : SMALL_TRAINING[name as keyof typeof TITLES];
    await form.getByLabel(title, { exact: true }).fill(String(value));
  }
}

const start = (page: Page) => page.getByRole('button', { name: 'Start training' });
const state = (page: Page) => page.getByRole('main').locator('header [data-state]');

/** Stage and step of every row of the curves' table. */
const steps = (curves: Locator) =>
  curves
    .getByRole('table')
    .locator('tbody tr')
    .evaluateAll((rows) =>
      rows.map((row) =>
        [...row.children]
          .slice(0, 2)
          .map((cell) => cell.textContent)
          .join(''),
      ),
    );

/** Ids of the jobs that train. */
async function trainingJob(served: Served): Promise<string> {
  const { jobs } = await served.call('jobs.list', {});
  const job = jobs.find(({ kind }) => kind === 'train');
  if (!job) throw new Error('no training job');
  return job.id;
}

test('trains both stages while the charts fill, and leads from a number to its words', async ({ open }) => {
  const { window } = await open();
  const { page } = window;
  await setUp(window);

  // The plan says what a start would do, before it.
  const plan = page.getByRole('complementary', { name: 'This run' });
  await expect(plan.getByText('million parameters')).toBeVisible();
  await expect(plan.locator('dl')).toContainText(/Steps\s*8/);
  await expect(plan.locator('code')).toContainText('--max_steps 4');
  for (const stage of ['Stage A', 'Stage B'])
    await expect(page.getByRole('region', { name: stage })).toContainText(/to train on, \d+ held out/);
  // What cannot be is said at the field, and holds the start back.
  const rate = page.getByLabel('Learning rate', { exact: true });
  const standard = await rate.inputValue();
  await rate.fill('fast');
  await expect(page.getByText('A number is wanted here')).toBeVisible();
  await expect(start(page)).toBeDisabled();
  await rate.fill(standard);
  await start(page).click();

  await expect(state(page)).toHaveText('Running');
  await expect(window.jobs).toContainText('Training, both stages');
  // The first loss is drawn long before the end.
  const curves = page.getByRole('region', { name: 'Curves' });
  await expect(curves).toContainText(/Now: At stage A, step \d/i, { timeout: 120_000 });
  await expect(curves.locator('canvas').first()).toBeVisible();
  await curves.getByText('The curves as numbers').click();
  const rows = curves.getByRole('table').getByRole('row');
  await expect(rows.nth(1)).toBeVisible();
  const early = await rows.count();
  // An evaluation fills the scores and the matrix while the training goes on.
  await expect(page.getByText('Macro F1', { exact: false }).first()).toBeVisible({ timeout: 120_000 });

  // The window can be loaded anew: it comes back to the training that runs.
  await page.reload();
  await expect(window.jobs).toContainText('Training, both stages');
  await window.show('Train');
  await expect(curves).toContainText(/stage B/i, { timeout: 180_000 });
  await expect(state(page)).toHaveText('Finished', { timeout: 180_000 });
  await curves.getByText('The curves as numbers').click();
  await expect.poll(() => rows.count()).toBeGreaterThan(early);

  // Both stages are in one table, with the loss of every step.
  await expect.poll(() => steps(curves)).toEqual(['A1', 'A2', 'A3', 'A4', 'B1', 'B2', 'B3', 'B4']);

  // A cell of the matrix leads to its words, a word to its place on the page.
  const matrix = page.getByRole('table', { name: /Rows: what the reference says/ });
  const cell = matrix.getByRole('button', {
    name: /^Reference Ingredient line, model Ingredient line: [1-9]/,
  });
  await expect(cell).toBeVisible();
  await cell.click();
  const words = page.getByRole('dialog', { name: 'Reference Ingredient line, model Ingredient line' });
  const first = words.getByRole('button', { name: /^Word “.+” on page \d+$/ }).first();
  await expect(first).toBeVisible();
  const [, word, pageNum] = /^Word “(.+)” on page (\d+)$/.exec(
    (await first.getAttribute('aria-label')) ?? '',
  )!;
  await first.click();
  await window.pageShown(Number(pageNum));
  await expect(window.selected).toHaveCount(1);
  expect(await window.selected.textContent()).toContain(`${word}: `);
});

test('marks a run as interrupted when the engine dies, and goes on from its checkpoint', async ({ open }) => {
  const { window, served } = await open();
  const { page } = window;
  await setUp(window, 6);
  await start(page).click();
  const curves = page.getByRole('region', { name: 'Curves' });
  // The evaluation after step 2 of Stage B also wrote a checkpoint.
  await expect(curves).toContainText(/At stage B, step [345]/i, { timeout: 180_000 });
  const [pid, ...others] = served.enginePids();
  expect(others).toEqual([]);
  process.kill(pid, 'SIGKILL');

  // The window stays, says what happened, and a new engine is there by itself.
  await expect(state(page)).toHaveText('Interrupted');
  await expect(page.getByText('This run was interrupted.')).toBeVisible();
  await expect.poll(() => served.enginePids().length).toBe(1);
  expect(served.enginePids()).not.toContain(pid);
  await expect(page.getByRole('alert')).toHaveCount(0);
  await window.show('Pages');
  await window.pageShown();
  await expect(window.jobs).toContainText('Interrupted');

  // So it does after the whole workbench was away.
  await page.reload();
  await expect(window.jobs).toContainText('Interrupted');
  await window.show('Train');
  await page.getByRole('main').getByRole('button', { name: 'Resume' }).click();
  await expect(state(page)).toHaveText('Running');
  await untilDone(served, await trainingJob(served));
  await expect(state(page)).toHaveText('Finished');
  await curves.getByText('The curves as numbers').click();
  // Every step of both stages once: nothing lost, nothing counted twice.
  const all = [1, 2, 3, 4, 5, 6];
  await expect
    .poll(() => steps(curves))
    .toEqual([...all.map((step) => `A${step}`), ...all.map((step) => `B${step}`)]);
});

test('pauses, goes on, and stops with what was learnt kept', async ({ open }) => {
  const { window, served } = await open();
  const { page } = window;
  await setUp(window, 500);
  await page.getByRole('group', { name: 'What to train' }).getByRole('button', { name: 'Stage A' }).click();
  await start(page).click();
  await expect(page.getByRole('region', { name: 'Curves' })).toContainText(/At stage A/i, {
    timeout: 120_000,
  });
  const controls = page.getByRole('main');
  await controls.getByRole('button', { name: 'Pause' }).click();
  await expect(state(page)).toHaveText('Paused');
  // A page is read while the training waits, by a model of its own if there is one; here there is none yet.
  await controls.getByRole('button', { name: 'Go on' }).click();
  await expect(state(page)).toHaveText('Running');
  await controls.getByRole('button', { name: 'Stop and save' }).click();
  await expect(state(page)).toHaveText('Stopped');
  await expect(page.getByText('Everything up to its last checkpoint is kept.')).toBeVisible();
  await expect(controls.getByRole('button', { name: 'Start from these weights' })).toBeEnabled();
  const { runs } = await served.call('runs.list', {});
  expect(runs).toMatchObject([{ state: 'cancelled', resumable: true }]);
});
