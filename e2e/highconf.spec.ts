import { expect, test } from './testing/fixtures.ts';

test('shows what each threshold takes, and rebuilds the set', async ({ open }) => {
  const { window, served } = await open();
  const { page } = window;
  const before = (await served.call('highconf.preview', {})).current.pages;
  await window.show('High-conf.');
  const kept = page.getByRole('status').filter({ hasText: /^\d+ of \d+ pages kept$/ });
  await expect(kept).toHaveText(new RegExp(`^${before.length} of`));
  await expect(page.getByRole('region', { name: 'What each threshold takes' })).toContainText(
    'Too few ingredients',
  );

  // A stricter threshold takes pages away at once, before anything is written: half of them are shorter than this.
  const { pages } = await served.call('pages.list', {});
  const words = before
    .map((pageNum) => pages.find((one) => one.pageNum === pageNum)!.words)
    .sort((x, y) => x - y);
  const least = Math.ceil(words[Math.floor(words.length / 2)] / 10) * 10;
  const strict = words.filter((count) => count >= least).length;
  expect(strict).toBeGreaterThan(0);
  const slider = page.getByRole('slider', { name: 'Words on the page' });
  await slider.focus();
  for (let at = Number(await slider.getAttribute('aria-valuenow')); at < least; at += 10)
    await page.keyboard.press('ArrowRight');
  await expect(slider).toHaveAttribute('aria-valuenow', String(least));
  await expect(kept).toHaveText(`${strict} of ${pages.length} pages kept`);
  await expect(page.getByRole('region', { name: 'Compared with the set on disk' })).toContainText(
    `${before.length - strict} page`,
  );
  await page.getByRole('button', { name: 'All rejected' }).click();
  const rejected = page.getByRole('region', { name: 'Rejected pages' });
  await expect(rejected.getByRole('listitem').first()).toContainText(/word|token|title/i);
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
