import { GalleyError } from '../errors/galley-error.ts';
import { encodeModel } from '../onnx/encode.ts';
import { Graph } from '../onnx/graph.ts';
import { matMulIntegerToFloatOperator } from '../onnx/ops/quantized.ts';
import { createSession, type Device } from '../runtime/session.ts';
import { floats, tensor } from '../runtime/tensor.ts';

/** Enough rows, columns and inner length for the kernels that large products take. */
const [ROWS, INNER, COLUMNS] = [16, 256, 64];

/**
 * The largest sums 8-bit products can have, computed on this CPU. Where it has no 8-bit dot product (VNNI, AMX, ARM's), ONNX
 * Runtime adds pairs in 16 bits, which run over; training would go wrong without a word.
 * @returns how far the worst result is from the right one, as a share of it: 0 where products are exact
 */
export async function eightBitError(): Promise<number> {
  const g = new Graph();
  const a = g.input('a', 'uint8', [ROWS, INNER]);
  const b = g.input('b', 'int8', [INNER, COLUMNS]);
  const zero = g.constant(new Uint8Array([128]), []);
  g.output(g.apply(matMulIntegerToFloatOperator, [a, b, g.scalar(1), g.scalar(1), zero])[0]!, 'y');
  const session = await createSession(encodeModel(g), { purpose: 'training', threads: 1 });
  let worst = 0;
  try {
    for (const [x, w] of [
      [255, 127],
      [255, -128],
      [0, 127],
    ] as const) {
      const { y } = await session.run({
        a: tensor(new Uint8Array(ROWS * INNER).fill(x), [ROWS, INNER]),
        b: tensor(new Int8Array(INNER * COLUMNS).fill(w), [INNER, COLUMNS]),
      });
      const expected = (x - 128) * w * INNER;
      for (const found of floats(y)) worst = Math.max(worst, Math.abs(found / expected - 1));
    }
  } finally {
    await session.release();
  }
  return worst;
}

/** @throws GalleyError `device` where a training with `--precision int8` would not compute what it should */
export async function checkEightBit(device: Device): Promise<void> {
  const hint = 'Train with --precision float32.';
  if (device !== 'cpu')
    throw new GalleyError('device', `--precision int8 is for the CPU, this training would run on ${device}`, {
      hint: `Add --device cpu, or train with --precision float32.`,
    });
  const error = await eightBitError();
  if (error > 1e-6)
    throw new GalleyError(
      'device',
      `8-bit products run over on this CPU (wrong by ${(100 * error).toFixed(0)} %): it has no 8-bit dot product`,
      { hint },
    );
}
