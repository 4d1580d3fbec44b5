import { describe, expect, it } from 'vitest';
import { listDevices } from '../../runtime/device.ts';
import { createSession, type Device } from '../../runtime/session.ts';
import { type Tensor, tensor } from '../../runtime/tensor.ts';
import { runCost } from '../cost.ts';
import { encodeModel } from '../encode.ts';
import { gradients } from '../gradient.ts';
import { Graph, type Value } from '../graph.ts';
import { lower } from '../lower.ts';
import { printModel } from '../print.ts';
import { verify } from '../verify.ts';
import * as ops from './index.ts';

async function run(g: Graph, feeds: Record<string, Tensor>, device: Device = 'cpu') {
  const session = await createSession(encodeModel(g), { device, purpose: 'training' });
  const results = await session.run(feeds);
  await session.release();
  return Object.fromEntries(
    Object.entries(results).map(([name, { data }]) => [name, [...(data as Float32Array)]]),
  );
}
const int64 = (n: number) => tensor(BigInt64Array.of(BigInt(n)), []);
const floats = (values: number[], dims = [values.length]) => tensor(Float32Array.from(values), dims);

/** Sums rows of a table [5, 2] step by step, times a factor from outside. */
function sums(): Graph {
  const g = new Graph();
  const [trips, table, factor] = [
    g.input('trips', 'int64', []),
    g.input('table', 'float32', [5, 2]),
    g.input('factor', 'float32', []),
  ];
  const twice = ops.mul(g, factor, 2);
  const start = g.input('start', 'float32', [2]);
  const { carried, collected } = ops.loop(g, 'sum', trips, [{ name: 'so_far', initial: start }], (step) => {
    const row = ops.gather(step.g, step.g.capture(table), step.iteration);
    const next = ops.add(step.g, step.carried[0], ops.mul(step.g, row, step.g.capture(twice)));
    return { carried: [next], collected: [ops.reduceSum(step.g, next, [0], false)] };
  });
  g.output(carried[0], 'total');
  g.output(collected[0], 'sums');
  return g;
}

describe('a loop', () => {
  it('carries, captures and collects', async () => {
    const g = sums();
    const table = floats([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [5, 2]);
    const feeds = { table, factor: floats([0.5], []), start: floats([10, 20]) };
    expect(await run(g, { ...feeds, trips: int64(3) })).toEqual({ total: [19, 32], sums: [33, 40, 51] });
    expect(await run(g, { ...feeds, trips: int64(0) })).toEqual({ total: [10, 20], sums: [] });
    expect(printModel(lower(g))).toMatch(/Loop\(trips, -, start, table, .*body=\(graph\)/);
    expect(runCost(lower(g)).peakBytes).toBeGreaterThan(0);
  });

  it('may begin with what its body captures too', async () => {
    const g = new Graph();
    const [trips, x] = [g.input('trips', 'int64', []), g.input('x', 'float32', [2])];
    const { carried } = ops.loop(g, 'grow', trips, [{ name: 'y', initial: x }], (step) => ({
      carried: [ops.add(step.g, step.carried[0], step.g.capture(x))],
      collected: [],
    }));
    g.output(carried[0], 'y_out');
    expect(await run(g, { trips: int64(3), x: floats([1, 2]) })).toEqual({ y_out: [4, 8] });
  });

  it('may carry and collect what nobody reads', async () => {
    const g = new Graph();
    const [trips, x] = [g.input('trips', 'int64', []), g.input('x', 'float32', [2])];
    const initial = ['unread', 'y', 'unread too'].map((name) => ({ name, initial: x }));
    const { carried } = ops.loop(g, 'grow', trips, initial, (step) => ({
      carried: step.carried.map((value) => ops.mul(step.g, value, 2)),
      collected: [ops.reduceSum(step.g, step.carried[0], [0], false)],
    }));
    g.output(carried[1], 'y_out');
    expect(await run(g, { trips: int64(3), x: floats([1, 2]) })).toEqual({ y_out: [8, 16] });
  });

  it('refuses a carried value of another shape, and a name of the graph around it', () => {
    const g = new Graph();
    const [trips, x] = [g.input('trips', 'int64', []), g.input('x', 'float32', [2])];
    const build = (name: string, next: (step: ops.LoopStep) => Value) =>
      ops.loop(g, name, trips, [{ name: `${name}.y`, initial: x }], (step) => ({
        carried: [next(step)],
        collected: [],
      }));
    expect(() => build('a', (step) => ops.reshape(step.g, step.carried[0], [2, 1]))).toThrow(
      /goes on as float32 \[2, 1\]/,
    );
    const { carried } = ops.loop(g, 'b', trips, [{ name: 'x', initial: x }], (step) => ({
      carried: [ops.mul(step.g, step.carried[0], 2)],
      collected: [],
    }));
    g.output(carried[0], 'out');
    expect(() => verify(lower(g))).toThrow(/x inside a node hides x around it/);
  });

  it('has no gradient', () => {
    const g = new Graph();
    const [trips, x] = [g.input('trips', 'int64', []), g.input('x', 'float32', [3])];
    const { carried } = ops.loop(g, 'l', trips, [{ name: 'y', initial: x }], (step) => ({
      carried: [ops.mul(step.g, step.carried[0], 2)],
      collected: [],
    }));
    const loss = ops.reduceSum(g, carried[0], [0]);
    expect(() => gradients(g, loss, [x])).toThrow(/Loop .*never be asked/);
  });
});

const states = await listDevices();
const [K, rows, width] = [8, 6, 4];
const data = (n: number, seed: number) =>
  Float32Array.from({ length: n }, (_, i) => Math.sin(1.7 * i + seed) * (1 + (i % 3)));

/** One step of gradient descent with momentum on a linear regression. */
function descend(g: Graph, w: Value, m: Value, x: Value, y: Value): { w: Value; m: Value; loss: Value } {
  const error = ops.sub(g, ops.reshape(g, ops.gemm(g, x, ops.reshape(g, w, [width, 1])), [rows]), y);
  const loss = ops.reduceMean(g, ops.mul(g, error, error), [0], false);
  const gradient = gradients(g, loss, [w]).get(w)!;
  const next = ops.add(g, ops.mul(g, m, 0.9), gradient);
  return { w: ops.sub(g, w, ops.mul(g, next, 0.01)), m: next, loss };
}

describe.each(['cpu', 'webgpu'] as const)('training steps in a loop, on %s', (device) => {
  const state = states.find((s) => s.device === device)!;
  const ready = state.available ? '' : ` (skipped: ${state.reason})`;

  it.skipIf(!state.available)(`are those of as many runs, bit for bit${ready}`, async () => {
    const [x, y] = [data(K * rows * width, 1), data(K * rows, 2)];
    const inside = new Graph();
    const trips = inside.input('trips', 'int64', []);
    const [xs, ys] = [
      inside.input('xs', 'float32', [K, rows, width]),
      inside.input('ys', 'float32', [K, rows]),
    ];
    const initial = ['w', 'm'].map((name) => ({
      name,
      initial: inside.input(`${name}.0`, 'float32', [width]),
    }));
    const { carried, collected } = ops.loop(
      inside,
      'steps',
      trips,
      initial,
      ({ g, iteration, carried: [w, m] }) => {
        const batch = (stack: Value) => ops.gather(g, g.capture(stack), iteration);
        const next = descend(g, w, m, batch(xs), batch(ys));
        return { carried: [next.w, next.m], collected: [next.loss] };
      },
    );
    for (const [i, name] of ['w', 'm'].entries()) inside.output(carried[i], `${name}.out`);
    inside.output(collected[0], 'losses');
    const zeros = { 'w.0': floats([0, 0, 0, 0]), 'm.0': floats([0, 0, 0, 0]) };
    const all = { xs: tensor(x, [K, rows, width]), ys: tensor(y, [K, rows]) };
    const looped = await run(inside, { ...zeros, ...all, trips: int64(K) }, device);

    const one = new Graph();
    const input = (name: string, shape: number[]) => one.input(name, 'float32', shape);
    const next = descend(
      one,
      input('w', [width]),
      input('m', [width]),
      input('x', [rows, width]),
      input('y', [rows]),
    );
    for (const name of ['w', 'm', 'loss'] as const) one.output(next[name], `${name}.next`);
    let [w, m] = [
      [0, 0, 0, 0],
      [0, 0, 0, 0],
    ];
    const losses: number[] = [];
    for (let k = 0; k < K; k++) {
      const found = await run(
        one,
        {
          w: floats(w),
          m: floats(m),
          x: tensor(x.slice(k * rows * width, (k + 1) * rows * width), [rows, width]),
          y: tensor(y.slice(k * rows, (k + 1) * rows), [rows]),
        },
        device,
      );
      [w, m] = [found['w.next'], found['m.next']];
      losses.push(found['loss.next'][0]);
    }
    expect(looped).toEqual({ 'w.out': w, 'm.out': m, losses });
    expect(losses[K - 1]).toBeLessThan(losses[0]);
  });
});
