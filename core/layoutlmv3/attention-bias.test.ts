import { describe, expect, it } from 'vitest';
import { AttentionBias, BIAS_TABLES, biasTablesInUse } from './attention-bias.ts';
import { visualLength } from './config.ts';
import { dot, randomBatch, randomParameters, tinyConfig } from './testing/tiny.ts';

const LOWEST = -3.4028234663852886e38;
const build = (changes: object = {}, visual = true) => {
  const config = tinyConfig(changes);
  const parameters = randomParameters(config, 3);
  const batch = randomBatch(config, [7, 5], 4, visual);
  const bias = new AttentionBias(config, { batch: 2, textLength: 7, visual });
  const values = new Float32Array(bias.size);
  bias.fill(parameters, batch, values);
  return { config, parameters, batch, bias, values };
};

describe('AttentionBias', () => {
  it('looks up key minus query: left edges for x, bottom edges for y, over sqrt(d)', () => {
    const { config, parameters, batch, values, bias } = build();
    const n = 7 + visualLength(config);
    expect(bias.shape).toEqual([2, 3, n, n]);
    const bucket = (rel: number, bins: number, range: number) => {
      const half = bins / 2;
      const exact = Math.floor(half / 2);
      const distance = Math.abs(rel);
      const log = exact + Math.trunc((Math.log(distance / exact) / Math.log(range / exact)) * (half - exact));
      return (rel > 0 ? half : 0) + (distance < exact ? distance : Math.min(log, half - 1));
    };
    const [head, q, k] = [2, 1, 4];
    const at = (axis: number, token: number) => batch.bbox[4 * token + axis];
    const expected =
      parameters.get(BIAS_TABLES.position)![head * 8 + bucket(k - q, 8, 12)] +
      parameters.get(BIAS_TABLES.x)![head * 12 + bucket(at(0, k) - at(0, q), 12, 200)] +
      parameters.get(BIAS_TABLES.y)![head * 12 + bucket(at(3, k) - at(3, q), 12, 200)];
    expect(values[(head * n + q) * n + k]).toBeCloseTo(expected / Math.sqrt(8), 6);
  });

  it('masks padded keys for every query and head, and never a visual token', () => {
    const { config, values } = build();
    const n = 7 + visualLength(config);
    const maskedKeys = new Set<number>();
    for (let i = 0; i < values.length; i++) if (values[i] === LOWEST) maskedKeys.add(i % n);
    expect([...maskedKeys].sort()).toEqual([5, 6]);
    expect(values.filter((v) => v === LOWEST).length).toBe(3 * n * 2);
  });

  it('is a plain mask without relative biases, and ignores the 2-D bias alone', () => {
    const { bias, values, config } = build({ has_relative_attention_bias: false }, false);
    expect(bias.shape).toEqual([2, 1, 1, 7]);
    expect([...values]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, LOWEST, LOWEST]);
    expect(biasTablesInUse(config)).toEqual([]);
    expect(biasTablesInUse(tinyConfig({ has_spatial_attention_bias: false }))).toEqual([
      BIAS_TABLES.position,
    ]);
  });

  it.each([
    [{}, true],
    [{}, false],
    [{ has_spatial_attention_bias: false }, true],
  ])('has a gradient that is its adjoint (%j, visual %s)', (changes, visual) => {
    const { config, parameters, batch, bias, values } = build(changes, visual);
    const gradient = values.map((v, i) => (v === LOWEST ? 0 : Math.cos(i)));
    const tables = biasTablesInUse(config);
    const gradients = new Map(tables.map((name) => [name, new Float32Array(parameters.get(name)!.length)]));
    bias.scatterGradient(gradient, batch, gradients);
    const adjoint = tables.reduce((sum, name) => sum + dot(parameters.get(name)!, gradients.get(name)!), 0);
    expect(adjoint).toBeCloseTo(
      dot(
        values.map((v) => (v === LOWEST ? 0 : v)),
        gradient,
      ),
      2,
    );
    expect(Math.abs(adjoint)).toBeGreaterThan(0.1);
  });
});
