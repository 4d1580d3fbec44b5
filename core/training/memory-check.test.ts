import { describe, expect, it } from 'vitest';
import { readConfig } from '../layoutlmv3/config.ts';
import { parameterSpecs } from '../layoutlmv3/parameters.ts';
import { estimateMemory, type TrainingShape } from './memory.ts';
import { checkMemory, memoryAdvice } from './memory-check.ts';
import { trainableNames } from './model-runner.ts';

const GIB = 2 ** 30;
const base = await readConfig('configs/models/layoutlmv3-base/config.json');
const specs = parameterSpecs(base);
const trainable = trainableNames(base, { visual: true, trainRelativeBias: false });
const shape: TrainingShape = {
  batch: 2,
  evalBatch: 2,
  visual: true,
  checkpointing: false,
  freezeLayers: 0,
  trainRelativeBias: false,
  accumulates: false,
  lengths: [512],
  evalLengths: [],
  pages: 0,
};
const total = (change: Partial<TrainingShape>) =>
  estimateMemory(base, specs, trainable, { ...shape, ...change }).total / GIB;

describe('memory told beforehand', () => {
  // Peaks of bench/run.ts --only training-step; see docs/performance.md.
  it('is what was measured of the base model, within 15 %', () => {
    expect(total({}) / 4.12).toBeGreaterThan(0.85);
    expect(total({}) / 4.12).toBeLessThan(1.15);
    expect(total({ checkpointing: true }) / 2.98).toBeGreaterThan(0.85);
    expect(total({ checkpointing: true }) / 2.98).toBeLessThan(1.15);
  });

  it('lies on the graphics card where one computes, weights mirrored in the machine', () => {
    const onCard = (change: Partial<TrainingShape>) =>
      estimateMemory(base, specs, trainable, { ...shape, device: 'webgpu', ...change });
    const whole = onCard({});
    expect(estimateMemory(base, specs, trainable, shape).onCard).toBe(0);
    expect(whole.total / GIB).toBeLessThan(total({}));
    // Weights and two moments, 125 million each.
    expect(whole.total).toBeGreaterThan(12 * 125e6);
    expect(whole.onCard).toBeGreaterThan(16 * 125e6);
    expect(onCard({ checkpointing: true }).onCard).toBeLessThan(whole.onCard);
    expect(onCard({ precision: 'float16' }).onCard).toBeLessThan(whole.onCard);
  });

  it('falls with every setting that is advised, and says those that fit', () => {
    const limit = 3.3 * GIB;
    const advice = memoryAdvice(base, specs, trainable, shape, limit);
    const changes = advice.map((a) => a.change);
    expect(changes[0]).toBe('--gradient_checkpointing');
    expect(changes).toContain('--freeze_layers 6');
    for (const { bytes } of advice) expect(bytes).toBeLessThanOrEqual(limit);
    expect(memoryAdvice(base, specs, trainable, shape, GIB)).toEqual([]);
  });

  it('refuses what does not fit, with the figures and the changes', () => {
    expect(() => checkMemory(base, specs, trainable, shape, 16 * GIB)).not.toThrow();
    let message = '';
    try {
      checkMemory(base, specs, trainable, shape, 3.3 * GIB);
    } catch (error) {
      message = `${(error as Error).message}. ${(error as { hint?: string }).hint}`;
    }
    expect(message).toMatch(/would take about [34]\.\d GiB of memory, 3\.3 GiB are free/);
    expect(message).toMatch(/change one of: --gradient_checkpointing \([23]\.\d GiB\)/);
  });
});
