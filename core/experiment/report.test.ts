import { describe, expect, it } from 'vitest';
import type { ExperimentRecord } from './record.ts';
import { renderReport } from './report.ts';
import { groupWarnings } from './warnings.ts';

const scores = (f1: number) => ({
  macro_f1: f1,
  accuracy: 0.9,
  entity_f1: 0.8,
  per_label: {
    O: { precision: 1, recall: 1, f1: 1, support: 9 },
    TITLE: { precision: f1, recall: f1, f1, support: 4 },
  },
  pages: 3,
  tokens: 13,
});

const record: ExperimentRecord = {
  runId: 'r1',
  startedAt: '2026-01-01T00:00:00.000Z',
  finishedAt: '2026-01-01T00:05:00.000Z',
  command: 'galley experiment',
  versions: { node: '24' },
  device: 'cpu',
  seed: 1,
  model: 'galley-nano',
  licence: 'cc-by-nc-sa-4.0',
  options: { seed: 1 },
  passes: [{ name: 'stage_a', title: 'Stage A', status: 'done', seconds: 61 }],
  datasets: [],
  regeneration: { report: '/runs/r1/highconf/report.md', attempts: 2, keptPages: 30 },
  stages: [],
  inference: {
    split: 'validation',
    pages: [],
    shown: { page_num: 7, predictions: '/runs/r1/p.json', overlay: '/runs/r1/o/p 7.png' },
  },
  metrics: {
    split: 'validation',
    weak_labels: { gold: scores(0.9) },
    stage_a: {},
    stage_b: { gold: scores(0.95), weak: scores(0.97) },
    all_pages: { weak_labels: {}, stage_a: {}, stage_b: {} },
  },
  pictures: [{ title: 'Training', path: '/runs/r1/training/curves.png' }],
  warnings: [],
};

describe('REPORT.md', () => {
  it('leads with the score, names the sanity check for what it is, and links inside the run folder', () => {
    const text = renderReport(record, '/runs/r1');
    expect(text).toMatch(/macro F1 \*\*0\.950\*\* for the model, 0\.900 for the weak/);
    expect(text).toContain('gains 5.0 %');
    expect(text).toContain('sanity, not gold');
    expect(text).toContain('](training/curves.png)');
    expect(text).toContain('30 pages after 2 attempts ([report](highconf/report.md))');
    expect(text).toContain('cc-by-nc-sa-4.0');
  });
  it('says at once what failed', () => {
    const failed = {
      ...record,
      metrics: null,
      passes: [
        {
          name: 'stage_b' as const,
          title: 'Stage B',
          status: 'failed' as const,
          seconds: 1,
          note: 'loss is NaN',
        },
      ],
    };
    expect(renderReport(failed, '/runs/r1').split('\n')[2]).toBe('**Failed** in Stage B: loss is NaN');
  });
});

it('says one thing of many pages once', () => {
  expect(groupWarnings(['page 3: no image', 'collapse', 'page 1: no image', 'page 9: torn'])).toEqual([
    '2 pages: no image (pages 1, 3)',
    'collapse',
    'page 9: torn',
  ]);
});
