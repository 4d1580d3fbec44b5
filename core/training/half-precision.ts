import { GalleyError } from '../errors/galley-error.ts';
import type { TrainingPrecision } from '../layoutlmv3/training-layers.ts';
import { encodeModel } from '../onnx/encode.ts';
import { Graph } from '../onnx/graph.ts';
import { cast, gemm, matMul, reshape } from '../onnx/ops/index.ts';
import { createSession, type Device } from '../runtime/session.ts';
import { floats, tensor } from '../runtime/tensor.ts';
import type { TrainingOptions } from './options.ts';

const [ROWS, INNER, COLUMNS] = [4, 24, 8];

/**
 * Tries both kinds of float16 product on a device, none of it left to the CPU: small numbers must come out exact, and what is
 * too large for float16 must come out infinite, or a loss scale could not be found.
 * @returns one line saying what is wrong, null where nothing is
 */
export async function float16Problem(device: Device): Promise<string | null> {
  const g = new Graph();
  const half = (name: string, shape: readonly number[]) =>
    cast(g, g.input(name, 'float32', shape), 'float16');
  const [a, b] = [half('a', [ROWS, INNER]), half('b', [COLUMNS, INNER])];
  const batched = matMul(g, reshape(g, a, [2, ROWS / 2, INNER]), reshape(g, b, [2, INNER, COLUMNS / 2]));
  g.output(cast(g, gemm(g, a, b, { transB: 1 }), 'float32'), 'gemm');
  g.output(cast(g, batched, 'float32'), 'matMul');
  try {
    const session = await createSession(encodeModel(g), { device, purpose: 'training', strict: true });
    try {
      const run = async (x: number) => {
        const { gemm, matMul } = await session.run({
          a: tensor(new Float32Array(ROWS * INNER).fill(x), [ROWS, INNER]),
          b: tensor(new Float32Array(COLUMNS * INNER).fill(x), [COLUMNS, INNER]),
        });
        return [...floats(gemm), ...floats(matMul)];
      };
      if ((await run(3)).some((y) => y !== 9 * INNER)) return 'its float16 products are wrong';
      if ((await run(300)).some((y) => y !== Number.POSITIVE_INFINITY))
        return 'a float16 product that is too large does not come out infinite';
      return null;
    } finally {
      await session.release();
    }
  } catch (error) {
    return (error instanceof Error ? error.message : String(error)).split('\n')[0]!.slice(0, 200);
  }
}

/**
 * What the products of a training are computed in where it runs. `--fp16` is a wish for speed: a device that gains nothing from
 * it, or has no float16, trains in float32 after a warning of one line. The fingerprint has what comes out here, so that a
 * training goes on only as it began.
 * @throws GalleyError `usage` for `--fp16` together with `--precision int8`
 */
export async function trainingPrecision(
  { fp16, precision }: Pick<TrainingOptions, 'fp16' | 'precision'>,
  device: Device,
  onWarning?: (message: string) => void,
  problemOf: (device: Device) => Promise<string | null> = float16Problem,
): Promise<TrainingPrecision> {
  if (!fp16) return precision;
  if (precision === 'int8')
    throw new GalleyError('usage', '--fp16 and --precision int8 are two answers to one question', {
      hint: '--fp16 is for WebGPU and CUDA, --precision int8 for the CPU',
    });
  if (device === 'cpu') {
    onWarning?.(
      '--fp16 does nothing on the CPU, where 16-bit products are no faster: training runs in 32-bit floats (--precision int8 is what can be faster there)',
    );
    return 'float32';
  }
  const problem = await problemOf(device);
  if (problem === null) return 'float16';
  onWarning?.(`--fp16 does nothing on this ${device} device: training runs in 32-bit floats (${problem})`);
  return 'float32';
}
