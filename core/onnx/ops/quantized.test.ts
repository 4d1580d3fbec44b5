import { describe, expect, it } from 'vitest';
import { createSession } from '../../runtime/session.ts';
import { floats, tensor } from '../../runtime/tensor.ts';
import { encodeModel } from '../encode.ts';
import { Graph } from '../graph.ts';
import { uniform } from '../testing/random.ts';
import * as ops from './index.ts';

describe('8-bit products', () => {
  it('round each column of a weight to a scale of its own', () => {
    const { values, scales, shape } = ops.quantizeWeight(new Float32Array([1, -0.25, 0, 0, 100, 40]), 3, 2);
    expect(shape).toEqual([2, 3]);
    // Rows of the result are the inner axis.
    expect([...values]).toEqual([127, 0, 127, -32, 0, 51]);
    expect(scales[0]).toBeCloseTo(1 / 127, 9);
    expect(scales[1]).toBe(1);
    expect(scales[2]).toBeCloseTo(100 / 127, 6);
  });

  it('come within rounding of the float32 product, with ONNX Runtime fusing what it likes', async () => {
    const next = uniform(5);
    const [rows, inner, columns] = [9, 64, 24];
    const random = (n: number, scale: number) =>
      Float32Array.from({ length: n }, () => scale * (2 * next() - 1));
    const [x, w, b] = [random(rows * inner, 3), random(columns * inner, 0.2), random(columns, 1)];
    const g = new Graph();
    const input = g.input('x', 'float32', [3, 3, inner]);
    const weight = ops.quantizeWeight(w, columns, inner);
    g.output(ops.quantizedLinear(g, ops.dynamicQuantize(g, input), weight, 'w', g.constant(b)), 'y');
    const session = await createSession(encodeModel(g), { purpose: 'inference' });
    const { y } = await session.run({ x: tensor(x, [3, 3, inner]) });
    await session.release();
    const found = floats(y);
    let worst = 0;
    for (let r = 0; r < rows; r++)
      for (let n = 0; n < columns; n++) {
        let expected = b[n];
        for (let k = 0; k < inner; k++) expected += x[r * inner + k] * w[n * inner + k];
        worst = Math.max(worst, Math.abs(found[r * columns + n] - expected));
      }
    expect(worst).toBeLessThan(0.1);
    expect(worst).toBeGreaterThan(1e-5);
  });
});
