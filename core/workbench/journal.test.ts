import { appendFileSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Delta } from './contract.ts';
import { inverse, Journal, type JournalOptions } from './journal.ts';

const WORDS: Readonly<Record<number, number>> = { 1: 5, 2: 3, 7: 8 };
const OPTIONS: JournalOptions = {
  wordCount: (pageNum) => WORDS[pageNum],
  labels: () => 7,
  readOnly: () => null,
};

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'galley-journal-'));
});
const file = () => join(folder, 'journal.jsonl');
const delta = (pageNum: number, indices: number[], before: number[], after: number[]): Delta => ({
  pageNum,
  indices,
  before,
  after,
  origin: 'person',
  scores: null,
});

/** Gold labels of all pages, as one value to compare. */
const state = (journal: Journal) => Object.keys(WORDS).map((n) => journal.gold(Number(n)));

/** Words of pages and the labels they get, in the order given. */
const edits = fc.array(
  fc.constantFrom(1, 2, 7).chain((pageNum) =>
    fc.record({
      pageNum: fc.constant(pageNum),
      indices: fc.uniqueArray(fc.nat(WORDS[pageNum] - 1), { minLength: 1, maxLength: 4 }),
      label: fc.integer({ min: -1, max: 6 }),
    }),
  ),
  { minLength: 1, maxLength: 12 },
);

/** The change that gives these words a label, from what stands there now. */
function change(
  journal: Journal,
  { pageNum, indices, label }: { pageNum: number; indices: number[]; label: number },
): Delta {
  const gold = journal.gold(pageNum);
  return delta(
    pageNum,
    indices,
    indices.map((i) => gold?.[i] ?? -1),
    indices.map(() => label),
  );
}

describe('journal of gold labels', () => {
  it('gives the same labels after it is opened again, and after every change is taken back', async () => {
    await fc.assert(
      fc.asyncProperty(edits, async (all) => {
        for (const name of ['journal.jsonl', 'snapshot.json']) rmSync(join(folder, name), { force: true });
        const journal = await Journal.open(folder, OPTIONS);
        const done: Delta[] = [];
        for (const edit of all) {
          done.push(change(journal, edit));
          await journal.apply([done[done.length - 1]]);
        }
        const before = state(journal);
        expect(journal.history(1000)).toEqual(done);
        await journal.close();
        const again = await Journal.open(folder, OPTIONS);
        expect(state(again)).toEqual(before);
        expect(again.history(1000)).toEqual(done);
        for (const d of done.toReversed()) await again.apply([inverse(d)]);
        expect(state(again)).toEqual([null, null, null]);
        for (const d of done) await again.apply([inverse(inverse(d), 'redo')]);
        expect(state(again)).toEqual(before);
        await again.close();
      }),
      { numRuns: 8 },
    );
  });

  it('survives being cut off anywhere: whole lines count, a torn one does not, and writing goes on', async () => {
    const journal = await Journal.open(folder, OPTIONS);
    const states = [state(journal)];
    for (let i = 0; i < 4; i++) {
      await journal.apply([change(journal, { pageNum: 7, indices: [i, i + 1], label: i })]);
      states.push(state(journal));
    }
    await journal.close();
    const whole = readFileSync(file());
    for (let length = 0; length <= whole.length; length += 29) {
      rmSync(join(folder, 'snapshot.json'), { force: true });
      writeFileSync(file(), whole);
      truncateSync(file(), length);
      const lines = whole.subarray(0, length).toString().split('\n').length - 1;
      const cut = await Journal.open(folder, OPTIONS);
      expect(cut.damage).toBeNull();
      expect(state(cut)).toEqual(states[lines]);
      await cut.apply([change(cut, { pageNum: 2, indices: [0], label: 3 })]);
      await cut.close();
      const again = await Journal.open(folder, OPTIONS);
      expect(again.gold(2)).toEqual([3, -1, -1]);
      await again.close();
    }
  });

  it('ignores a snapshot that is of another journal', async () => {
    const journal = await Journal.open(folder, OPTIONS);
    await journal.apply([delta(1, [0], [-1], [4])]);
    await journal.close();
    writeFileSync(file(), '');
    const emptied = await Journal.open(folder, OPTIONS);
    expect(emptied.gold(1)).toBeNull();
  });

  it('applies a batch whole or not at all, and rejects a stale before', async () => {
    const journal = await Journal.open(folder, OPTIONS);
    await journal.apply([delta(1, [0, 1], [-1, -1], [2, 2])]);
    const size = readFileSync(file()).length;
    await expect(journal.apply([delta(2, [0], [-1], [1]), delta(1, [1], [-1], [3])])).rejects.toMatchObject({
      code: 'mismatch',
      where: 'page 1',
    });
    expect(journal.gold(2)).toBeNull();
    expect(readFileSync(file()).length).toBe(size);
    // Within one batch the second change builds on the first.
    await journal.apply([delta(1, [0], [2], [3]), delta(1, [0], [3], [4])]);
    expect(journal.gold(1)?.[0]).toBe(4);
    await journal.close();
  });

  it('refuses what cannot be: page, word, label, lengths, a word twice', async () => {
    const journal = await Journal.open(folder, OPTIONS);
    const refused: [Delta, string][] = [
      [delta(3, [0], [-1], [1]), 'not-found'],
      [delta(1, [5], [-1], [1]), 'invalid-data'],
      [delta(1, [0], [-1], [7]), 'invalid-data'],
      [delta(1, [0], [-1], [-100]), 'invalid-data'],
      [delta(1, [0, 1], [-1], [1, 1]), 'invalid-data'],
      [delta(1, [0, 0], [-1, -1], [1, 1]), 'invalid-data'],
    ];
    for (const [wrong, code] of refused) await expect(journal.apply([wrong])).rejects.toMatchObject({ code });
    expect(state(journal)).toEqual([null, null, null]);
    await journal.close();
  });

  it('takes nothing more after a line that is damaged in the middle, and says so', async () => {
    const journal = await Journal.open(folder, OPTIONS);
    for (let i = 0; i < 3; i++) await journal.apply([delta(1, [i], [-1], [i])]);
    await journal.close();
    rmSync(join(folder, 'snapshot.json'));
    const lines = readFileSync(file(), 'utf8').split('\n');
    writeFileSync(file(), [lines[0], '{"seq":2,"at":"x","del', lines[2], ''].join('\n'));
    const damaged = await Journal.open(folder, OPTIONS);
    expect(damaged.damage).toMatch(/line 2/);
    expect(damaged.gold(1)).toEqual([0, -1, -1, -1, -1]);
    await expect(damaged.apply([delta(1, [4], [-1], [1])])).rejects.toMatchObject({ code: 'damaged' });
    expect(readFileSync(file(), 'utf8')).toContain(lines[2]);
  });

  it('changes nothing on disk where it may only read', async () => {
    const journal = await Journal.open(folder, OPTIONS);
    await journal.apply([delta(1, [0], [-1], [1])]);
    await journal.close();
    appendFileSync(file(), '{"seq":2,"torn');
    const before = readFileSync(file());
    const reader = await Journal.open(folder, { ...OPTIONS, readOnly: () => 'another window' });
    expect(reader.gold(1)).toEqual([1, -1, -1, -1, -1]);
    await expect(reader.apply([delta(1, [1], [-1], [1])])).rejects.toThrow(/another window/);
    await reader.close();
    expect(readFileSync(file())).toEqual(before);
  });
});
