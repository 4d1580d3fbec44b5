import { describe, expect, it } from 'vitest';
import type { Example } from './examples.ts';
import { fillTargets, labelWeights } from './targets.ts';
import { tinyExample } from './testing/tiny-run.ts';

const plain = { labels: 5, smoothing: 0, labelWeights: null };
const sum = (values: Float32Array) => values.reduce((a, b) => a + b, 0);

function targets(
  examples: readonly Example[],
  options: Parameters<typeof fillTargets>[2],
  share = 1,
): Float32Array {
  const into = new Float32Array(2 * 9 * 5).fill(7);
  fillTargets(examples, 9, options, share, into);
  return into;
}

describe('targets of the loss', () => {
  const examples = [tinyExample(1, 6), tinyExample(2, 2)];

  it('are one-hot rows divided by the number of labelled positions of the whole batch', () => {
    const rows = targets(examples, plain);
    for (const [row, { window }] of examples.entries())
      for (let t = 0; t < 9; t++)
        for (let c = 0; c < 5; c++)
          expect(rows[(row * 9 + t) * 5 + c]).toBeCloseTo(window.labels[t] === c ? 1 / 8 : 0, 6);
    expect(sum(targets(examples, plain, 0.25))).toBeCloseTo(0.25, 6);
  });

  it('spread a share over all labels when smoothed', () => {
    const rows = targets(examples, { ...plain, smoothing: 0.1 });
    const label = examples[0].window.labels[1];
    expect(rows[5 + label]).toBeCloseTo((0.9 + 0.02) / 8, 6);
    expect(rows[5 + ((label + 1) % 5)]).toBeCloseTo(0.02 / 8, 6);
    expect(sum(rows)).toBeCloseTo(1, 5);
  });

  it('weigh words and labels, and still add up to the share', () => {
    const weights = new Float32Array(8).fill(1);
    weights[1] = 0.5;
    const rows = targets([{ ...examples[0], weights }], plain);
    expect(rows[5 + examples[0].window.labels[1]]).toBeCloseTo(0.5 / 5.5, 6);
    const rare = targets(examples, { ...plain, labelWeights: [3, 1, 1, 1, 1] });
    expect(sum(rare)).toBeCloseTo(1, 5);
  });

  it('are all zero where nothing is labelled', () => {
    const nothing = {
      ...examples[0],
      window: { ...examples[0].window, labels: new Int32Array(8).fill(-100) },
    };
    expect(sum(targets([nothing], plain))).toBe(0);
  });

  it('count a rare label more, within reason', () => {
    expect(labelWeights([100, 25, 0, 1], 0)).toBeNull();
    expect(labelWeights([100, 25, 0, 1], 0.5)).toEqual([1, 2, 1, 10]);
    expect(labelWeights([1000, 1], 1)).toEqual([1, 10]);
  });
});
