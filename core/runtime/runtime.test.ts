import { describe, expect, it } from 'vitest';
import { encodeModel } from '../onnx/encode.ts';
import { Graph } from '../onnx/graph.ts';
import * as ops from '../onnx/ops/index.ts';
import { arenaFloats, createArena } from './arena.ts';
import { listDevices, resolveDevice } from './device.ts';
import { createSession } from './session.ts';
import { floats, tensor } from './tensor.ts';

function twice(): Uint8Array {
  const g = new Graph();
  const x = g.input('x', 'float32', ['n', 2]);
  g.output(ops.mul(g, x, 2), 'y');
  g.output(ops.neg(g, x), 'z');
  return encodeModel(g);
}

describe('a session', () => {
  it('reads views of an arena without copying and fills views in place', async () => {
    const arena = createArena(arenaFloats(4) * 2);
    const [x, y] = [arena.take(4), arena.take(4)];
    const session = await createSession(twice(), { purpose: 'training', threads: 1 });
    const feeds = { x: tensor(x, [2, 2]) };
    const fetches = { y: tensor(y, [2, 2]) };
    for (const values of [
      [1, 2, 3, 4],
      [5, 6, 7, 8],
    ]) {
      x.set(values);
      const results = await session.run(feeds, fetches);
      expect([...y]).toEqual(values.map((v) => 2 * v));
      expect(Object.keys(results)).toEqual(['y']);
      expect(results.y!.data).toBe(y);
    }
    await session.release();
  });

  it('says what it takes and gives', async () => {
    const session = await createSession(twice(), { threads: 1 });
    expect(session.inputs).toEqual([{ name: 'x', dtype: 'float32', shape: ['n', 2] }]);
    expect(session.outputs.map((o) => o.name)).toEqual(['y', 'z']);
    const results = await session.run({ x: tensor(Float32Array.of(1, 2), [1, 2]) }, ['z']);
    expect([...floats(results.z)]).toEqual([-1, -2]);
    await session.release();
  });

  it('refuses what does not fit, naming the tensor and both shapes', async () => {
    const session = await createSession(twice(), { threads: 1 });
    const x = tensor(new Float32Array(2), [1, 2]);
    const wrong = tensor(new Float32Array(3), [1, 3]);
    await expect(session.run({})).rejects.toThrow('x: expected float32 [n, 2], found nothing');
    await expect(session.run({ x: wrong })).rejects.toThrow(
      'x: expected float32 [n, 2], found float32 [1, 3]',
    );
    await expect(session.run({ x, q: x })).rejects.toThrow('the model has no input q');
    await expect(session.run({ x }, ['w'])).rejects.toThrow('the model has no output w');
    await expect(session.run({ x: tensor(new Int32Array(2), [1, 2]) })).rejects.toThrow('found int32 [1, 2]');
    await session.release();
    await expect(session.run({ x })).rejects.toThrow('the session is released');
    await session.release();
  });

  it('refuses bytes that are no model', async () => {
    await expect(createSession(Uint8Array.of(1, 2, 3))).rejects.toMatchObject({ code: 'graph' });
  });
});

describe('tensors', () => {
  it('must be filled', () => {
    expect(() => tensor(new Float32Array(3), [2, 2])).toThrow('float32 [2, 2] needs 4 elements, found 3');
    expect(() => tensor(new Uint8Array(1), [1], 'int64')).toThrow('int64 [1]');
    expect(() => floats(tensor(new Uint8Array(1), [1]), 'logits')).toThrow(
      'logits: expected float32, found uint8',
    );
  });
});

describe('an arena', () => {
  it('gives views that do not overlap, start at multiples of 64 bytes and leave the first page alone', () => {
    const arena = createArena(arenaFloats(3) + arenaFloats(17) + arenaFloats(1));
    const views = [3, 17, 1].map((n) => arena.take(n));
    for (const [i, v] of views.entries()) v.fill(i + 1);
    expect(views.map((v) => [...new Set(v)])).toEqual([[1], [2], [3]]);
    expect(views.every((v) => v.byteOffset % 64 === 0 && v.byteOffset >= 65_536)).toBe(true);
    expect(views.every((v) => v.buffer === arena.memory.buffer)).toBe(true);
  });

  it('ends', () => {
    const arena = createArena(16);
    expect(() => arena.take(arena.left + 1)).toThrow(`${arena.left + 1} floats asked, ${arena.left} left`);
    expect(() => createArena(2 ** 31)).toThrow("passes WebAssembly's 4 GiB");
  });
});

describe('devices', () => {
  it('are all listed, the CPU started, each other either started or with a reason of one line', async () => {
    const states = await listDevices();
    expect(states.map((s) => s.device)).toEqual(['cpu', 'cuda', 'webgpu']);
    expect(states[0]).toMatchObject({ available: true });
    for (const s of states) if (!s.available) expect(s.reason).toMatch(/^[^\n]{5,200}$/);
  });

  it('fall back to the CPU only when not asked for by name', async () => {
    expect(await resolveDevice('cpu')).toEqual({ device: 'cpu' });
    const chosen = await resolveDevice('auto');
    if (chosen.device === 'cpu') expect(chosen.reason).toMatch(/cuda: .+; webgpu: .+/);
    for (const { device, available } of await listDevices()) {
      if (available) expect((await resolveDevice(device)).device).toBe(device);
      else await expect(resolveDevice(device)).rejects.toMatchObject({ code: 'device' });
    }
  });
});
