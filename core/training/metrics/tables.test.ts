import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LabelMap } from '../../labels/labels.ts';
import { MetricsAccumulator, metricsRecordSchema } from './metrics.ts';
import {
  comparisonMarkdown,
  confusionMarkdown,
  metricsMarkdown,
  writeConfusion,
  writeMetrics,
} from './tables.ts';

const accumulator = new MetricsAccumulator(new LabelMap(['O', 'A', 'B|C']));
accumulator.addPage([1, 1, 0, 0], [1, 0, 0, 1]);

describe('tables', () => {
  it('shows n/a for a label the reference never uses', () => {
    expect(metricsMarkdown(accumulator.record()).split('\n').slice(2)).toEqual([
      '| Label | Precision | Recall |    F1 | Support |',
      '| ----- | --------: | -----: | ----: | ------: |',
      '| O     |     0.500 |  0.500 | 0.500 |       2 |',
      '| A     |     0.500 |  0.500 | 0.500 |       2 |',
      '| B\\|C  |     0.000 |    n/a |   n/a |       0 |',
    ]);
  });
  it('puts the counts of the confusion matrix first', () => {
    expect(confusionMarkdown(accumulator.confusion).split('\n')[3]).toBe(
      '| A                     | 1 (50.0 %) | 1 (50.0 %) |    0 |       2 |',
    );
  });
  it('compares records row by row', () => {
    const rows = comparisonMarkdown({ weak: accumulator.record(), 'Stage A': accumulator.record() }).split(
      '\n',
    );
    expect(rows).toHaveLength(4);
    expect(rows[0]).not.toContain('| O ');
    expect(rows[3]).toContain('Stage A');
  });
});

describe('files', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'galley-metrics-'));
  });
  afterEach(() => rm(dir, { recursive: true }));

  it('writes metrics and confusion as JSON and Markdown', async () => {
    const record = accumulator.record();
    await writeMetrics(join(dir, 'm'), 'Scores', record);
    await writeConfusion(join(dir, 'c'), 'Confusion', accumulator.confusion);
    expect(metricsRecordSchema.parse(JSON.parse(await readFile(join(dir, 'm.json'), 'utf8')))).toEqual(
      record,
    );
    expect(JSON.parse(await readFile(join(dir, 'c.json'), 'utf8'))).toEqual({
      labels: ['O', 'A', 'B|C'],
      counts: [
        [1, 1, 0],
        [1, 1, 0],
        [0, 0, 0],
      ],
    });
    expect(await readFile(join(dir, 'm.md'), 'utf8')).toMatch(/^# Scores\n/);
  });
});
