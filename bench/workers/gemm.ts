import { encodeModel } from '../../core/onnx/encode.ts';
import { Graph } from '../../core/onnx/graph.ts';
import * as ops from '../../core/onnx/ops/index.ts';
import { ResidentSession } from '../../core/runtime/resident-session.ts';
import { createSession, type Device } from '../../core/runtime/session.ts';
import { tensor } from '../../core/runtime/tensor.ts';
import type { Work } from './galley.ts';

/** Enough products for one run to take a tenth of a second or so. */
const REPEATS = 8;

/** The machine's own rate: ONNX Runtime's float32 Gemm of a feed-forward layer at base size, nothing else. */
export async function gemm({ threads, rows = 1418 }: { threads: number; rows?: number }): Promise<Work> {
  const [inner, outer] = [768, 3072];
  const g = new Graph();
  const x = g.input('x', 'float32', [rows, inner]);
  const w = g.input('w', 'float32', [outer, inner]);
  g.output(ops.gemm(g, x, w, { transB: 1 }), 'y');
  const session = await createSession(encodeModel(g), { purpose: 'training', threads });
  const random = (n: number) => Float32Array.from({ length: n }, () => Math.random() - 0.5);
  const feeds = {
    x: tensor(random(rows * inner), [rows, inner]),
    w: tensor(random(outer * inner), [outer, inner]),
  };
  const places = { y: tensor(new Float32Array(rows * outer), [rows, outer]) };
  const run = async () => {
    for (let i = 0; i < REPEATS; i++) await session.run(feeds, places);
    return { flops: REPEATS * 2 * rows * inner * outer };
  };
  await run();
  return { run, close: () => session.release() };
}

/** Products one after the other on a device, so that nothing but one number crosses the bus. */
export async function deviceGemm({
  device,
  precision,
}: {
  device: Device;
  precision: 'float32' | 'float16';
}): Promise<Work> {
  const [rows, inner, outer] = [1418, 768, 3072];
  const g = new Graph();
  const [x, w] = [g.input('x', 'float32', [rows, inner]), g.input('w', 'float32', [outer, inner])];
  const weight = ops.cast(g, w, precision);
  let y = ops.cast(g, x, precision);
  for (let i = 0; i < REPEATS; i++) y = ops.gemm(g, ops.gemm(g, y, weight, { transB: 1 }), weight);
  g.output(ops.reduceSum(g, ops.reduceSum(g, ops.cast(g, y, 'float32'), [1], false), [0], false), 'sum');
  const session = await ResidentSession.create(encodeModel(g), { device, kept: [] });
  // Small enough that no product overflows.
  const random = (n: number) => Float32Array.from({ length: n }, () => (Math.random() - 0.5) / 16);
  const feeds = {
    x: tensor(random(rows * inner), [rows, inner]),
    w: tensor(random(outer * inner), [outer, inner]),
  };
  const run = async () => {
    await session.run(feeds);
    return { flops: REPEATS * 4 * rows * inner * outer };
  };
  await run();
  return { run, close: () => session.release() };
}
