import { encodeModel } from '../../core/onnx/encode.ts';
import { Graph } from '../../core/onnx/graph.ts';
import * as ops from '../../core/onnx/ops/index.ts';
import { createSession } from '../../core/runtime/session.ts';
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
