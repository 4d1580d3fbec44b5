import { describe, expect, it } from 'vitest';
import { checkBatch, type ModelBatch, positionIds } from './model-batch.ts';
import { parameterSpecs } from './parameters.ts';
import { dot, randomBatch, randomParameters, tinyConfig } from './testing/tiny.ts';
import { embedText, scatterTextGradient, TEXT_TABLES } from './text-rows.ts';

const config = tinyConfig();
const parameters = randomParameters(config, 1);
const batch = randomBatch(config, [9, 6], 2);
const values = 2 * 9 * config.hiddenSize;

describe('positionIds', () => {
  it('counts real tokens from behind the padding id, whatever the mask says', () => {
    const ids: ModelBatch = {
      batch: 2,
      textLength: 4,
      inputIds: [0, 5, 2, 1, 0, 1, 7, 2],
      bbox: new Int32Array(32),
      attentionMask: [1, 1, 1, 1, 0, 0, 0, 0],
    };
    expect([...positionIds(config, ids)]).toEqual([2, 3, 4, 1, 2, 1, 3, 4]);
  });
});

describe('embedText', () => {
  it('adds word, type and position, and joins left, top, right, bottom, height, width', () => {
    const row = (role: keyof typeof TEXT_TABLES, index: number, width: number) => [
      ...parameters.get(TEXT_TABLES[role])!.subarray(index * width, (index + 1) * width),
    ];
    const out = embedText(config, parameters, batch, new Float32Array(values));
    const [x0, y0, x1, y1] = batch.bbox.slice(12, 16);
    const spatial = [
      ...[...row('x', x0, 4), ...row('y', y0, 4), ...row('x', x1, 4), ...row('y', y1, 4)],
      ...[...row('h', y1 - y0, 4), ...row('w', x1 - x0, 4)],
    ];
    const [word, type, position] = [
      row('word', batch.inputIds[3], 24),
      row('tokenType', 0, 24),
      row('position', 5, 24),
    ];
    const expected = spatial.map((s, i) => word[i] + type[i] + position[i] + s);
    for (const [i, value] of expected.entries()) expect(out[3 * 24 + i]).toBeCloseTo(value, 5);
  });

  it('clips the sides of inverted boxes to zero', () => {
    const inverted = embedText(config, parameters, batch, new Float32Array(values));
    const flat = { ...batch, bbox: Int32Array.from(batch.bbox) };
    flat.bbox.set([500, 700, 500, 700], 8); // token 2 was [500, 700, 400, 600]
    const zeroSides = embedText(config, parameters, flat, new Float32Array(values));
    const sides = (of: Float32Array) => [...of.subarray(2 * 24 + 16, 3 * 24)];
    expect(sides(inverted)).toEqual(sides(zeroSides));
  });
});

describe('scatterTextGradient', () => {
  it('is the adjoint of the gather, but for the padding rows', () => {
    const zeros = () => new Map(parameterSpecs(config).map((s) => [s.name, new Float32Array(s.size)]));
    const gradient = Float32Array.from({ length: values }, (_, i) => Math.sin(i));
    const gradients = zeros();
    const touched = scatterTextGradient(config, gradient, batch, gradients);
    const unpadded = new Map(parameters);
    for (const name of [TEXT_TABLES.word, TEXT_TABLES.position])
      unpadded.set(name, Float32Array.from(parameters.get(name)!).fill(0, 24, 48));
    const out = embedText(config, unpadded, batch, new Float32Array(values));
    const tables = Object.values(TEXT_TABLES);
    const adjoint = tables.reduce((sum, name) => sum + dot(unpadded.get(name)!, gradients.get(name)!), 0);
    expect(adjoint).toBeCloseTo(dot(out, gradient), 3);
    for (const name of [TEXT_TABLES.word, TEXT_TABLES.position])
      expect(
        gradients
          .get(name)!
          .subarray(24, 48)
          .every((v) => v === 0),
      ).toBe(true);
    expect([...touched].sort()).toEqual([...new Set(batch.inputIds)].filter((id) => id !== 1).sort());
  });
});

describe('checkBatch', () => {
  const wrong = (change: Partial<ModelBatch>) => () => checkBatch(config, { ...batch, ...change });
  it('lets a good batch pass and names what is wrong with others', () => {
    expect(() => checkBatch(config, batch)).not.toThrow();
    const ids = Int32Array.from(batch.inputIds);
    ids[10] = 40;
    expect(wrong({ inputIds: ids })).toThrow('token 1 of row 1 has id 40, the vocabulary has 40');
    const bbox = Int32Array.from(batch.bbox);
    bbox[7] = 1024;
    expect(wrong({ bbox })).toThrow('token 1 of row 0 has box coordinate 1024, expected 0..1000');
    bbox[7] = -1;
    expect(wrong({ bbox })).toThrow(/coordinate -1/);
    expect(wrong({ attentionMask: [1] })).toThrow('attentionMask has 1 values, expected 18');
    expect(wrong({ pixelValues: new Float32Array(3) })).toThrow(/pixelValues has 3 values, expected 676/);
  });
});
