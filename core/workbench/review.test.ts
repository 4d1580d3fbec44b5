import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { reviewCalls } from './calls/review.ts';
import type { Context } from './context.ts';

const item = {
  pageNum: 3,
  line: 0,
  wordIndices: [0, 1],
  text: 'Plain Cake',
  reason: 'disagreement' as const,
  because: '“Plain” is O, the model says TITLE (90 %)',
  worth: 1.8,
  current: [0, 0],
  suggested: [1, 1],
  margin: 0.8,
};

it('keeps the queue, and says of each line how far people have settled it', async () => {
  const gold = new Map<number, number[]>([[3, [-1, -1, -1]]]);
  const asked: unknown[] = [];
  let job: Promise<void> = Promise.resolve();
  const session = {
    project: { places: { cache: await mkdtemp(join(tmpdir(), 'galley-review-')), full: 'FULL' } },
    pages: { book: { entries: new Map([[3, {}]]) } },
    journal: { pages: () => [...gold.keys()], gold: (n: number) => gold.get(n) ?? null },
    model: () => ({ id: 'run-1', dir: 'MODEL' }),
    requireWritable: () => {},
  };
  const context = {
    session: () => session,
    requireNoTraining: () => {},
    engine: {
      run: (kind: string, input: unknown) => {
        asked.push([kind, input]);
        const items = [item, { ...item, pageNum: 9 }];
        return { done: Promise.resolve({ items, labels: [], pages: 1, words: 3 }), tell: () => {} };
      },
    },
    board: {
      start: ({ run }: { run(handle: unknown): Promise<void> }) => {
        job = run({ progress: () => {}, warn: () => {}, attach: () => {} });
        return 'job-1';
      },
    },
  } as unknown as Context;
  const handlers = reviewCalls(context);
  const queue = async () => (await handlers['review.queue']!({})).queue;

  expect(await queue()).toBeNull();
  expect(await handlers['review.start']!({ folds: 0 })).toEqual({ jobId: 'job-1' });
  await job;
  expect(asked).toMatchObject([['review', { datasetDir: 'FULL', model: 'MODEL', folds: 0, decided: gold }]]);
  // Models that have not seen the page start from one that knows no page of the project.
  await handlers['review.start']!({ folds: 2 });
  await job;
  expect(asked[1]).toMatchObject(['review', { model: 'galley-nano', folds: 2, training: { batch_size: 2 } }]);
  expect((await queue())!.folds).toBe(2);
  // Page 9 is not in the project any more.
  expect((await queue())!.items).toEqual([{ ...item, decided: false, changed: 0 }]);
  gold.set(3, [1, -1, -1]);
  expect((await queue())!.items[0]).toMatchObject({ decided: false, changed: 1 });
  gold.set(3, [1, 0, -1]);
  expect((await queue())!.items[0]).toMatchObject({ decided: true, changed: 1 });
});
