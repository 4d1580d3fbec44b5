import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from './testing/fixtures.ts';

/** A page of the demo with many words in lines. */
const PAGE = 3;

test('labels with click, range, box, line and lasso', async ({ open }) => {
  const { window } = await open();
  const { page } = window;
  await window.openPage(PAGE);
  await window.source('Gold');
  // The demo's pages come with gold labels, which nobody has taken over yet.
  const note = page.getByText(/^The dataset brings gold labels for \d+ pages/);
  await expect(note).toBeVisible();

  await window.clickWord(5);
  await expect(window.selected).toHaveCount(1);
  await page.keyboard.press('1');
  await expect(window.word(5)).toHaveText(/: Title/);
  await expect(note).toBeHidden();
  // The selection stays, so that a second thought is one more key.
  await page.keyboard.press('2');
  await expect(window.word(5)).toHaveText(/: Ingredient line/);

  // A range in reading order.
  await window.clickWord(10);
  await window.clickWord(14, ['Shift']);
  await expect(page.getByText('5 words selected')).toBeVisible();
  await page.keyboard.press('3');
  for (const word of [10, 11, 12, 13, 14]) await expect(window.word(word)).toHaveText(/: Instruction step/);

  // One more, by Ctrl.
  await window.clickWord(16, ['ControlOrMeta']);
  await expect(page.getByText('6 words selected')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(window.selected).toHaveCount(0);

  // A box around two neighbours.
  const [first, second] = [await window.boxOf(20), await window.boxOf(21)];
  await window.drag([
    { x: Math.min(first.x0, second.x0) - 3, y: Math.min(first.y0, second.y0) - 3 },
    { x: Math.max(first.x1, second.x1) + 3, y: Math.max(first.y1, second.y1) + 3 },
  ]);
  await expect(window.word(20)).toHaveAttribute('aria-selected', 'true');
  await expect(window.word(21)).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('4');
  await expect(window.word(20)).toHaveText(/: Time/);

  // A lasso around one word.
  const { x0, y0, x1, y1 } = await window.boxOf(30);
  await window.drag(
    [
      { x: x0 - 4, y: y0 - 4 },
      { x: x1 + 4, y: y0 - 4 },
      { x: x1 + 4, y: y1 + 4 },
      { x: x0 - 4, y: y1 + 4 },
      { x: x0 - 4, y: y0 - 4 },
    ],
    'Alt',
  );
  await expect(window.word(30)).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('6');
  await expect(window.word(30)).toHaveText(/: Servings/);

  // The whole line of a word, and O.
  await window.clickWord(40);
  await expect(window.word(40)).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('l');
  await expect.poll(() => window.selected.count()).toBeGreaterThan(1);
  await page.keyboard.press('0');
  await expect(window.word(40)).toHaveText(/: Outside/);

  // The label bar is a tool as well as a legend; Delete takes a decision back.
  await window.clickWord(5);
  await page.getByRole('button', { name: 'Label as Temperature' }).click();
  await expect(window.word(5)).toHaveText(/: Temperature/);
  await window.surface.focus();
  await page.keyboard.press('Delete');
  await expect(window.word(5)).toHaveText(/: undecided/);
  await window.saved();
  await expect(window.row(PAGE)).toHaveAccessibleName(/Gold labels on \d+ %/);
});

test('labels a page without a pointer', async ({ open }) => {
  const { window } = await open();
  const { page } = window;
  await window.openPage(PAGE);
  await window.source('Gold');
  await window.surface.focus();
  await page.keyboard.press('Tab');
  const firstLine = await window.selected.evaluateAll((words) => words.map((word) => word.id));
  expect(firstLine.length).toBeGreaterThan(0);
  await page.keyboard.press('Tab');
  await expect.poll(() => window.selected.first().getAttribute('id')).not.toBe(firstLine[0]);
  await page.keyboard.press('1');
  await expect(window.selected.first()).toHaveText(/: Title/);
  await page.keyboard.press('ArrowRight');
  await expect(window.selected).toHaveCount(1);
  await page.keyboard.press('Shift+ArrowRight');
  await expect(window.selected).toHaveCount(2);
  await page.keyboard.press('2');
  await expect(window.selected.first()).toHaveText(/: Ingredient line/);
  await page.keyboard.press('u');
  await expect(window.selected).toHaveCount(1);
  await expect(window.selected).toHaveText(/: undecided/);
  // The list box tells a screen reader which word the keyboard is at.
  const at = await window.selected.getAttribute('id');
  await expect(window.surface).toHaveAttribute('aria-activedescendant', at ?? '');
});

test('undoes and redoes without limit, across pages and after a reload', async ({ open }) => {
  const { window } = await open();
  const { page } = window;
  await window.openPage(PAGE);
  await window.source('Gold');
  await window.clickWord(5);
  await page.keyboard.press('1');
  await expect(window.word(5)).toHaveText(/: Title/);
  await window.openPage(4);
  await window.clickWord(7);
  await page.keyboard.press('2');
  await expect(window.word(7)).toHaveText(/: Ingredient line/);
  await page.keyboard.press('3');
  await expect(window.word(7)).toHaveText(/: Instruction step/);

  await page.keyboard.press('ControlOrMeta+z');
  await expect(window.word(7)).toHaveText(/: Ingredient line/);
  await page.keyboard.press('ControlOrMeta+z');
  await expect(window.word(7)).toHaveText(/: undecided/);
  // The change before that was on another page: undo goes there.
  await page.keyboard.press('ControlOrMeta+z');
  await window.pageShown(PAGE);
  await expect(window.word(5)).toHaveText(/: undecided/);
  await page.keyboard.press('ControlOrMeta+Shift+z');
  await expect(window.word(5)).toHaveText(/: Title/);
  await window.saved();

  await page.reload();
  await window.pageShown(PAGE);
  await expect(window.word(5)).toHaveText(/: Title/);
  await page.getByRole('button', { name: 'Redo' }).click();
  await window.pageShown(4);
  await expect(window.word(7)).toHaveText(/: Ingredient line/);
  await page.keyboard.press('ControlOrMeta+z');
  await page.keyboard.press('ControlOrMeta+z');
  await window.pageShown(PAGE);
  await expect(window.word(5)).toHaveText(/: undecided/);
});

test('loses nothing when the workbench is killed, and goes on when it is back', async ({
  page,
  open,
  serve,
  expectedFaults,
}) => {
  const { window, served, project } = await open();
  // The browser says in its console that nobody answers.
  expectedFaults.push(
    /ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|WebSocket connection|401|403/,
  );
  await window.openPage(PAGE);
  await window.source('Gold');
  await window.clickWord(5);
  await page.keyboard.press('1');
  await window.saved();
  const { port } = served;
  await served.kill();
  await expect(page.getByRole('alert').filter({ hasText: 'The workbench does not answer' })).toBeVisible();
  // A person goes on working; the window keeps it and says so.
  await window.clickWord(8);
  await page.keyboard.press('2');
  await expect(window.word(8)).toHaveText(/: Ingredient line/);
  await expect(page.getByText('1 change waits to be saved')).toBeVisible();

  const journal = () => readFileSync(join(project, 'annotations', 'journal.jsonl'), 'utf8');
  expect(journal().trim().split('\n')).toHaveLength(1);
  // The new workbench has a new token: the old window cannot use it, and says what to do.
  const again = await serve({ project, port });
  await expect(page.getByRole('alert').filter({ hasText: 'Galley was started again' })).toBeVisible();
  await window.goto(again.address);
  await window.openPage(PAGE);
  await window.source('Gold');
  await expect(window.word(5)).toHaveText(/: Title/);
  await expect(window.word(8)).toHaveText(/: Ingredient line/);
  await expect.poll(() => journal().trim().split('\n').length).toBe(2);
});

test('keeps a label given in the moment of a reload', async ({ open }) => {
  const { window } = await open();
  const { page } = window;
  await window.openPage(PAGE);
  await window.source('Gold');
  await window.clickWord(5);
  await page.keyboard.press('1');
  await page.reload();
  await window.pageShown(PAGE);
  await expect(window.word(5)).toHaveText(/: Title/);
});
