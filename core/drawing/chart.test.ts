import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rgbaOf } from './canvas.ts';
import { renderTrainingChart, type StageHistory, trainingChart } from './chart.ts';
import { drawConfusion, renderConfusion } from './confusion.ts';
import { drawLineChart } from './line-chart.ts';
import { rgb, THEME } from './theme.ts';
import { formatTicks, niceTicks, spread } from './ticks.ts';

const stages: StageHistory[] = [
  {
    name: 'Stage A',
    history: [
      { step: 10, loss: 2, learning_rate: 1e-4 },
      { step: 20, loss: 1, learning_rate: 5e-5 },
      { step: 20, eval_loss: 1.5, eval_macro_f1: 0.99 },
    ],
  },
  {
    name: 'Stage B',
    history: [
      { step: 5, loss: 0.5, learning_rate: 1e-5 },
      { step: 5, eval_macro_f1: 0.7 },
      { step: 10, eval_macro_f1: 0.8 },
      { step: 15, eval_macro_f1: 0.75 },
    ],
  },
];
/** Columns of a canvas that hold a colour. */
function columnsOf(canvas: Parameters<typeof rgbaOf>[0], colour: string): number[] {
  const [r, g, b] = rgb(colour);
  const pixels = rgbaOf(canvas);
  const found = new Set<number>();
  for (let i = 0; i < pixels.length; i += 4)
    if (pixels[i] === r && pixels[i + 1] === g && pixels[i + 2] === b) found.add((i / 4) % canvas.width);
  return [...found].sort((p, q) => p - q);
}

describe('training chart', () => {
  it('puts Stage B after Stage A on one axis and marks the best of the stage that goes on', () => {
    const chart = trainingChart(stages);
    expect(chart.stretches).toEqual([
      { name: 'Stage A', from: 0, to: 20 },
      { name: 'Stage B', from: 20, to: 35 },
    ]);
    const [loss, score, rate] = chart.panels;
    expect(loss.series[0].stretches).toEqual([
      [
        [10, 2],
        [20, 1],
      ],
      [[25, 0.5]],
    ]);
    expect(score.series[0].best).toEqual({ at: [30, 0.8], label: 'best 0.800 at step 30' });
    expect(rate.series[0].stretches[1]).toEqual([[25, 1e-5]]);
  });

  it('draws each line over the stretch of the axis where it was measured', () => {
    const canvas = drawLineChart(trainingChart(stages));
    const plot = columnsOf(canvas, THEME.series[0]).filter((x) => x < canvas.width - 290);
    const at = (step: number) => 150 + (step / 35) * (canvas.width - 150 - 290);
    expect(Math.abs(plot[0] - at(10))).toBeLessThan(6);
    expect(Math.abs((plot.at(-1) ?? 0) - at(25))).toBeLessThan(10);
  });

  it('survives no data, one point and NaN', () => {
    const odd = [{ name: 'A', history: [{ step: 1, loss: Number.NaN, eval_macro_f1: Number.NaN }] }];
    for (const input of [
      [],
      [{ name: 'A', history: [] }],
      odd,
      [{ name: 'A', history: [{ step: 1, loss: 2 }] }],
    ])
      expect(drawLineChart(trainingChart(input)).width).toBe(2000);
    expect(trainingChart(odd).panels[1].series[0].best).toBeUndefined();
  });
});

describe('confusion matrix', () => {
  it('is as strong as the share of the row', () => {
    const canvas = drawConfusion({
      labels: ['O', 'TITLE'],
      counts: [
        [900, 100],
        [0, 0],
      ],
    });
    const blue = (i: number, j: number) => {
      const at = ((330 + i * 148 + 12) * canvas.width + 430 + j * 148 + 12) * 4;
      return rgbaOf(canvas)[at];
    };
    expect(blue(0, 0)).toBeLessThan(blue(0, 1));
    expect(blue(0, 1)).toBeLessThan(blue(1, 0));
    expect(blue(1, 0)).toBe(255);
  });
});

describe('files', () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'galley-chart-'));
  });
  afterAll(() => rm(dir, { recursive: true }));
  it('are PNG', async () => {
    await renderTrainingChart(stages, { outPng: join(dir, 'a.png') });
    await renderConfusion({ labels: ['O'], counts: [[3]] }, { outPng: join(dir, 'b.png'), title: 'T' });
    for (const name of ['a.png', 'b.png'])
      expect((await sharp(join(dir, name)).metadata()).format).toBe('png');
  });
});

describe('ticks', () => {
  it('are round, few, and cover the range', () => {
    expect(niceTicks(0, 1)).toEqual([0, 0.25, 0.5, 0.75, 1]);
    expect(niceTicks(0, 2.1)).toEqual([0, 1, 2, 3]);
    expect(niceTicks(Number.NaN, 1)).toEqual([0, 1]);
    const value = fc
      .double({ min: -1e6, max: 1e6, noNaN: true })
      .filter((v) => v === 0 || Math.abs(v) > 1e-9);
    fc.assert(
      fc.property(value, value, (a, b) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        fc.pre(low === high || high - low > 1e-6 * Math.max(Math.abs(low), Math.abs(high)));
        const ticks = niceTicks(low, high);
        expect(ticks.length).toBeGreaterThanOrEqual(2);
        expect(ticks.length).toBeLessThanOrEqual(9);
        const slack = 1e-6 * (high - low || Math.abs(low) || 1);
        expect(ticks[0]).toBeLessThanOrEqual(low + slack);
        expect(ticks.at(-1)).toBeGreaterThanOrEqual(high - slack);
      }),
    );
  });
  it('are written alike', () => {
    expect(formatTicks([0, 0.25, 0.5])).toEqual(['0.00', '0.25', '0.50']);
    expect(formatTicks([0, 1000, 2000])).toEqual(['0', '1,000', '2,000']);
    expect(formatTicks([0, 2e-4, 4e-4])).toEqual(['0', '2e−4', '4e−4']);
  });
  it('labels move apart in their order and stay inside', () => {
    expect(spread([100, 101, 50], 30, 0, 120)).toEqual([90, 120, 50]);
    expect(spread([10], 30, 20, 120)).toEqual([20]);
  });
});
