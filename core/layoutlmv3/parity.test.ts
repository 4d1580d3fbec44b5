import { describe, expect, it } from 'vitest';
import { readJson } from '../files/files.ts';
import { parseConfig } from './config.ts';
import { parameterSpecs } from './parameters.ts';
import { evaluateBatch } from './testing/evaluate.ts';
import { dot } from './testing/tiny.ts';

/** What transformers computed in float64 (scripts/reference/layoutlmv3_cases.py golden). */
interface Golden {
  cases: {
    name: string;
    config: object;
    visual: boolean;
    train_bias: boolean;
    batch: { input_ids: number[][]; bbox: number[][][]; attention_mask: number[][]; labels: number[][] };
    loss: number;
    logits: number[];
    /** Name to [2-norm, inner product with a known vector]. */
    gradients: Record<string, [number, number]>;
  }[];
}
const golden = (await readJson('core/layoutlmv3/testing/layoutlmv3.golden.json')) as Golden;

/** The same numbers as `formula` in the Python script. */
function formula(name: string, size: number, scale: number, mean = 0): Float32Array {
  let h = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) h = Math.imul(h ^ name.charCodeAt(i), 0x01000193);
  const phase = (h >>> 0) % 1000;
  return Float32Array.from(
    { length: size },
    (_, i) => mean + scale * Math.sin(phase + 1.7 * i + 0.013 * i * i),
  );
}

describe('parity with transformers', () => {
  it.each(golden.cases)('$name', async (expected) => {
    const config = parseConfig(expected.config);
    const parameters = new Map(
      parameterSpecs(config).map(({ name, size }) => [
        name,
        formula(name, size, 0.3, /norm.*weight$/i.test(name) ? 1 : 0),
      ]),
    );
    const { input_ids, bbox, attention_mask, labels } = expected.batch;
    const pixels = 2 * config.numChannels * config.inputSize ** 2;
    const { loss, logits, gradients } = await evaluateBatch(
      config,
      parameters,
      {
        batch: input_ids.length,
        textLength: input_ids[0].length,
        inputIds: input_ids.flat(),
        bbox: bbox.flat(2),
        attentionMask: attention_mask.flat(),
        labels: labels.flat(),
        pixelValues: expected.visual ? formula('pixels', pixels, 1) : undefined,
      },
      { trainRelativeBias: expected.train_bias },
    );
    expect(Math.abs(loss - expected.loss)).toBeLessThan(1e-5 * expected.loss);
    const largest = Math.max(...expected.logits.map(Math.abs));
    for (const [i, logit] of expected.logits.entries())
      expect(Math.abs(logits[i] - logit), `logit ${i}`).toBeLessThan(1e-5 * largest);

    expect([...gradients.keys()].sort()).toEqual(Object.keys(expected.gradients).sort());
    const all = Object.values(expected.gradients);
    const total = Math.sqrt(all.reduce((sum, [norm]) => sum + norm * norm, 0));
    for (const [name, [norm, projection]] of Object.entries(expected.gradients)) {
      const found = gradients.get(name)!;
      const probe = formula(`probe.${name}`, found.length, 1);
      // Key biases have no gradient but rounding noise: the softmax does not see them.
      const tolerance = 1e-4 * norm + 1e-6 * total;
      expect(Math.abs(Math.sqrt(dot(found, found)) - norm), name).toBeLessThan(tolerance);
      expect(Math.abs(dot(found, probe) - projection), name).toBeLessThan(
        tolerance * Math.sqrt(found.length),
      );
    }
  });
});
