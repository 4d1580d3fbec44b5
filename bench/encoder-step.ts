/**
 * How near a training step comes to ONNX Runtime's own matrix product: encoder layers forward and backward
 * against a loop of one Gemm, in one run on one machine, so that the ratio means something.
 *
 *   node bench/encoder-step.ts [--layers 2] [--hidden 768] [--length 709] [--batch 2] [--threads n] [--profile]
 */

import { parseArgs } from 'node:util';
import { encodeModel } from '../core/onnx/encode.ts';
import { gradients } from '../core/onnx/gradient.ts';
import { Graph } from '../core/onnx/graph.ts';
import * as ops from '../core/onnx/ops/index.ts';
import { type EncoderSize, encoder, encoderShapes } from '../core/onnx/testing/encoder.ts';
import { createSession } from '../core/runtime/session.ts';
import { type Tensor, tensor } from '../core/runtime/tensor.ts';
import { profilePrefix, profileTable } from './profile.ts';

const { values: flags } = parseArgs({
  options: {
    layers: { type: 'string', default: '2' },
    hidden: { type: 'string', default: '768' },
    length: { type: 'string', default: '709' },
    batch: { type: 'string', default: '2' },
    runs: { type: 'string', default: '5' },
    threads: { type: 'string' },
    profile: { type: 'boolean', default: false },
    fetch: { type: 'boolean', default: false },
  },
});
const hidden = Number(flags.hidden);
const size: EncoderSize = {
  layers: Number(flags.layers),
  batch: Number(flags.batch),
  length: Number(flags.length),
  hidden,
  heads: Math.max(hidden / 64, 2),
  inner: 4 * hidden,
  dropout: true,
};
const threads = flags.threads ? { threads: Number(flags.threads) } : {};
const runs = Number(flags.runs);

const filled = (dims: readonly number[], f: (i: number) => number): Tensor =>
  tensor(
    Float32Array.from({ length: dims.reduce((n, d) => n * d, 1) }, (_, i) => f(i)),
    dims,
  );
const noise = (scale: number) => () => (Math.random() - 0.5) * scale;

/** With one thread the processor time of this process, which other programs disturb less; else the clock. */
function now(): number {
  if (flags.threads !== '1') return performance.now();
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Milliseconds of each of two things, their best of `runs`, taken in turn so that both see the same machine. */
async function race(a: () => Promise<unknown>, b: () => Promise<unknown>): Promise<[number, number]> {
  const best: [number, number] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let i = 0; i < runs + 2; i++)
    for (const [k, run] of [a, b].entries()) {
      const start = now();
      await run();
      if (i >= 2) best[k] = Math.min(best[k]!, now() - start);
    }
  return best;
}

function gemmGraph(): { g: Graph; feeds: Record<string, Tensor>; work: number } {
  const rows = size.batch * size.length;
  const g = new Graph();
  const x = g.input('x', 'float32', [rows, hidden]);
  const w = g.input('w', 'float32', [size.inner, hidden]);
  // Eight products and one small result, so that fetching does not count.
  let y = x;
  for (let i = 0; i < 4; i++) y = ops.gemm(g, ops.gemm(g, y, w, { transB: 1 }), w);
  g.output(ops.reduceSum(g, y, [0, 1]), 'y');
  const feeds = { x: filled([rows, hidden], noise(1)), w: filled([size.inner, hidden], noise(0.05)) };
  return { g, feeds, work: 8 * 2 * rows * hidden * size.inner };
}

function trainingGraph(): { g: Graph; feeds: Record<string, Tensor> } {
  const g = new Graph();
  const { parameters, masks } = encoderShapes(size);
  const { batch, length, heads } = size;
  const feeds: Record<string, Tensor> = {
    x: filled([batch, length, hidden], noise(1)),
    bias: filled([batch, heads, length, length], noise(1)),
  };
  for (const [n, s] of Object.entries(parameters))
    feeds[n] = filled(s, n.endsWith('scale') ? () => 1 : noise(0.05));
  for (const [n, s] of Object.entries(masks)) feeds[n] = filled(s, () => (Math.random() < 0.1 ? 0 : 1 / 0.9));
  const at = Object.fromEntries(Object.entries(feeds).map(([n, t]) => [n, g.input(n, 'float32', t.dims)]));
  const out = encoder(g, size, (n) => at[n]!);
  const loss = ops.reduceMean(g, ops.mul(g, out, out), [0, 1, 2]);
  const wanted = [at.x!, ...Object.keys(parameters).map((n) => at[n]!)];
  const found = gradients(g, loss, wanted);
  g.output(loss, 'loss');
  // Fetching costs the same per byte for any graph: unless asked, one number stands for each gradient.
  for (const v of wanted)
    g.output(flags.fetch ? found.get(v)! : ops.slice(g, found.get(v)!, 0, 0, 1), `d/${v.name}`);
  return { g, feeds };
}

const rows = size.batch * size.length;
const products = 2 * rows * (4 * hidden ** 2 + 2 * hidden * size.inner) + 4 * rows * size.length * hidden;
const work = 3 * size.layers * products;
const gemm = gemmGraph();
const { g, feeds } = trainingGraph();
const prefix = profilePrefix();
const gemmSession = await createSession(encodeModel(gemm.g), { purpose: 'training', ...threads });
const session = await createSession(encodeModel(g), {
  purpose: 'training',
  ...threads,
  ...(flags.profile ? { profile: prefix } : {}),
});
const [gemmMs, ms] = await race(
  () => gemmSession.run(gemm.feeds),
  () => session.run(feeds),
);
await gemmSession.release();
await session.release();
const rate = work / ms / 1e6;
const gemmRate = gemm.work / gemmMs / 1e6;
console.log(
  `${size.layers} layers, hidden ${hidden}, batch ${size.batch}, length ${size.length}, ${g.nodes.length} nodes: ${ms.toFixed(0)} ms a step, ` +
    `${rate.toFixed(0)} GFLOP/s; Gemm alone ${gemmRate.toFixed(0)} GFLOP/s; ratio ${(rate / gemmRate).toFixed(2)}`,
);
if (flags.profile) for (const line of profileTable(prefix)) console.log(line);
console.log(`peak resident memory ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MiB`);
