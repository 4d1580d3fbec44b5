import { expect, test } from './testing/fixtures.ts';

test('shows what each threshold takes, and rebuilds the set', async ({ open }) => {
  const { window, served } = await open();
  const { page } = window;
  const before = (await served.call('highconf.preview', {})).current.pages;
  await window.show('High-conf.');
  const kept = page.getByRole('status').filter({ hasText: /^\d+ of \d+ pages kept$/ });
  const count = async () => Number((await kept.textContent())?.split(' ')[0]);
  await expect(kept).toBeVisible();
  expect(await count()).toBe(before.length);
  await expect(page.getByRole('region', { name: 'What each threshold takes' })).toContainText(
    'Too few ingredients',
  );

  // A stricter threshold takes pages away at once, before anything is written.
  const ingredients = page.getByRole('slider', { name: 'Ingredient lines' });
  await ingredients.focus();
  for (let i = 0; i < 4; i++) await page.keyboard.press('ArrowRight');
  await expect.poll(count).toBeLessThan(before.length);
  const strict = await count();
  expect(strict).toBeGreaterThan(0);
  await expect(page.getByRole('region', { name: 'Compared with the set on disk' })).toContainText(
    `${before.length - strict} page`,
  );
  await page.getByRole('button', { name: 'All rejected' }).click();
  const rejected = page.getByRole('region', { name: 'Rejected pages' });
  await expect(rejected.getByRole('listitem').first()).toContainText(/ingredient|title/i);
  expect((await served.call('highconf.preview', {})).current.pages).toEqual(before);

  await page.getByRole('spinbutton', { name: 'Pages wanted' }).fill('1');
  await page.getByRole('button', { name: 'Regenerate the set' }).click();
  await expect(page.getByText('The high-confidence set is written.')).toBeVisible();
  const changed = page.getByRole('region', { name: 'Compared with the set before' });
  await expect(changed).toContainText(`${before.length - strict} page`);
  await expect(page.getByRole('region', { name: 'Report of the last regeneration' })).toBeVisible();
  const after = (await served.call('highconf.preview', {})).current.pages;
  expect(after).toHaveLength(strict);

  // The list of pages knows it, and a page that was left out leads to its place.
  const left = before.find((pageNum) => !after.includes(pageNum))!;
  await rejected.getByRole('button', { name: `Page ${left}`, exact: true }).click();
  await window.pageShown(left);
  await expect(window.row(left)).not.toHaveAccessibleName(/In the high-confidence set/);
  await expect(window.row(after[0])).toHaveAccessibleName(/In the high-confidence set/);
});
