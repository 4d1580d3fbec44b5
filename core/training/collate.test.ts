import { describe, expect, it } from 'vitest';
import { tinyConfig } from '../layoutlmv3/testing/tiny.ts';
import { augmentBatch, createBatchBuffers, fillBatch } from './collate.ts';
import { MersenneTwister } from './random.ts';
import { TINY_IDS, tinyExample, tinyPixels } from './testing/tiny-run.ts';

const config = tinyConfig();
const examples = [tinyExample(1, 5), tinyExample(2, 3)];

describe('a batch', () => {
  it('is padded on the right, and the next one leaves nothing of it', () => {
    const buffers = createBatchBuffers(config, 2, 9, true);
    const pixels = tinyPixels(config, 1);
    fillBatch(buffers, examples, TINY_IDS, [pixels, pixels]);
    expect([...buffers.inputIds.subarray(9)]).toEqual([...examples[1].window.inputIds, 1, 1, 1, 1]);
    expect([...buffers.attentionMask]).toEqual([1, 1, 1, 1, 1, 1, 1, 0, 0, 1, 1, 1, 1, 1, 0, 0, 0, 0]);
    expect([...buffers.bbox.subarray(4 * 14)]).toEqual(new Array(16).fill(0));
    fillBatch(buffers, [examples[1]], TINY_IDS, [pixels]);
    expect([...buffers.inputIds.subarray(9)]).toEqual(new Array(9).fill(TINY_IDS.pad));
    expect([...buffers.attentionMask.subarray(9)]).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 0]);
    expect(buffers.pixelValues!.subarray(pixels.length).every((x) => x === 0)).toBe(true);
  });
});

describe('augmentation', () => {
  const augmented = (options: { tokenMasking: number; boxJitter: number }) => {
    const buffers = createBatchBuffers(config, 2, 9, false);
    fillBatch(buffers, examples, TINY_IDS);
    const before = { ids: buffers.inputIds.slice(), boxes: buffers.bbox.slice() };
    const random = new MersenneTwister(3);
    let drawn = 0;
    augmentBatch(buffers, examples, TINY_IDS, options, () => {
      drawn++;
      return random.nextUint32();
    });
    return { buffers, before, drawn };
  };

  it('draws nothing and changes nothing where nothing is asked', () => {
    const { buffers, before, drawn } = augmented({ tokenMasking: 0, boxJitter: 0 });
    expect(drawn).toBe(0);
    expect(buffers.inputIds).toEqual(before.ids);
    expect(buffers.bbox).toEqual(before.boxes);
  });

  it('hides whole words, never specials', () => {
    const { buffers, drawn } = augmented({ tokenMasking: 1, boxJitter: 0 });
    expect(drawn).toBe(8);
    expect([...buffers.inputIds.subarray(0, 9)]).toEqual([0, 4, 4, 4, 4, 4, 2, 1, 1]);
    const some = augmented({ tokenMasking: 0.5, boxJitter: 0 }).buffers.inputIds.filter((id) => id === 4);
    expect(some.length).toBeGreaterThan(0);
    expect(some.length).toBeLessThan(8);
  });

  it('shifts all boxes of a window alike, inside the page', () => {
    const { buffers, before } = augmented({ tokenMasking: 0, boxJitter: 50 });
    const shift = (word: number, side: number) =>
      buffers.bbox[4 * (1 + word) + side] - before.boxes[4 * (1 + word) + side];
    const inside = [0, 1, 2, 3, 4].filter(
      (w) => buffers.bbox[4 * (1 + w)] > 0 && buffers.bbox[4 * (1 + w) + 2] < 1000,
    );
    expect(inside.length).toBeGreaterThan(1);
    for (const word of inside) {
      expect(shift(word, 0)).toBe(shift(inside[0], 0));
      expect(shift(word, 2)).toBe(shift(word, 0));
      expect(Math.abs(shift(word, 0))).toBeLessThanOrEqual(50);
    }
    expect(Math.min(...buffers.bbox)).toBe(0);
    expect(Math.max(...buffers.bbox)).toBeLessThanOrEqual(1000);
    expect([...buffers.bbox.subarray(0, 4)]).toEqual([0, 0, 0, 0]);
  });
});
