import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { readConfig } from '../core/layoutlmv3/config.ts';
import { buildTrainingGraph } from '../core/layoutlmv3/forward.ts';
import { listDevices } from '../core/runtime/device.ts';
import { galleyWorker, interleave, peerWorker, repository, spread, Worker } from './harness.ts';
import { type BenchOptions, gib, type Row, rowOf } from './row.ts';

/** Names by which software renderers pose as graphics cards are of no interest to a bench; it can be forced for trying it out. */
const FORCED = process.env.GALLEY_BENCH_DEVICE;

/**
 * The training step on each graphics device there is, in float32 and with --fp16, against PyTorch on the same card (eager, then
 * float16 autocast with its gradient scaler). Rows only where a device is faster than the CPU (or GALLEY_BENCH_DEVICE names it).
 */
export async function trainingStepOnDevices(o: BenchOptions): Promise<Row[]> {
  const states = await listDevices();
  const cpu = states.find((s) => s.device === 'cpu')?.milliseconds ?? 0;
  const rows: Row[] = [];
  for (const { device, available, milliseconds } of states) {
    if (device === 'cpu' || !available) continue;
    if (FORCED ? device !== FORCED : (milliseconds ?? 0) > cpu) continue;
    for (const precision of ['float32', 'float16'] as const) rows.push(await stepOn(o, device, precision));
  }
  if (rows.length === 0) console.log('  no graphics device here that is faster than the CPU');
  return rows;
}

async function stepOn(
  o: BenchOptions,
  device: 'cuda' | 'webgpu',
  precision: 'float32' | 'float16',
): Promise<Row> {
  const shape = { model: o.model, batch: 2, text: 512, threads: o.threads };
  const config = await readConfig(join(repository, o.model, 'config.json'));
  const { cost } = buildTrainingGraph(config, { batch: shape.batch, textLength: shape.text });
  const bare = await interleave(
    [new Worker('Gemm', galleyWorker, 'device-gemm', { device, precision, threads: o.threads })],
    5 + o.rounds,
  );
  const rate = spread(bare.sides[0].samples.map((s) => s.flops / s.seconds / 1e9)).median;
  const workers = [
    new Worker('Galley', galleyWorker, 'training-step', { ...shape, device, products: precision }),
  ];
  if (o.python && torchHasCuda(o.python))
    workers.push(
      new Worker('PyTorch', peerWorker(o.python), 'training-step', { ...shape, device: 'cuda', precision }),
    );
  // A device is measured by the clock, whatever the processor does meanwhile.
  const byClock = { ...o, threads: Math.max(2, o.threads) };
  const c = await interleave(workers, o.rounds);
  const own = cost.matrixFlops / c.sides[0].seconds.median / 1e9;
  const memory = c.sides[1]?.samples.at(-1)?.deviceBytes;
  return rowOf(byClock, c, {
    id: `training-step-${device}-${precision}`,
    work: `training step on ${device}, ${precision === 'float32' ? 'float32' : '--fp16'}`,
    peer: `PyTorch on the same card, ${precision === 'float32' ? 'float32' : 'float16 autocast'}`,
    target: '-',
    note: `${own.toFixed(0)} GFLOP/s of matrix products: ${((100 * own) / rate).toFixed(0)} % of a bare Gemm there (${rate.toFixed(0)})${memory ? `; PyTorch took ${gib(memory)} of the card` : ''}`,
  });
}

function torchHasCuda(python: string): boolean {
  try {
    execFileSync(python, ['-c', 'import torch; assert torch.cuda.is_available()'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
