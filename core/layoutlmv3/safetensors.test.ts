import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toFloat32 } from './float-conversion.ts';
import { readSafetensors, SafetensorsFile, writeSafetensors } from './safetensors.ts';

const shared = '../shared/data';
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'galley-safetensors-'));
});
afterAll(() => rm(dir, { recursive: true }));

/** A file from a header of one's own and data. */
async function file(header: unknown, dataBytes: number, headerLength?: number): Promise<string> {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(headerLength ?? json.length));
  const path = join(dir, 'x.safetensors');
  await writeFile(path, Buffer.concat([length, json, Buffer.alloc(dataBytes, 1)]));
  return path;
}
const f32 = (shape: number[], begin: number, end: number) => ({
  dtype: 'F32',
  shape,
  data_offsets: [begin, end],
});

describe('reading', () => {
  it.each([
    [
      'a hole',
      { a: f32([1], 0, 4), b: f32([1], 8, 12) },
      12,
      /tensor "b" starts at byte \d+, expected \d+ \(a hole/,
    ],
    ['an overlap', { a: f32([2], 0, 8), b: f32([1], 4, 8) }, 8, /tensor "b" starts/],
    [
      'a size that is not the shape',
      { a: f32([3], 0, 8) },
      8,
      /F32 \[3\] needs 12 bytes, the file gives it 8/,
    ],
    ['a truncated file', { a: f32([4], 0, 16) }, 15, /truncated: \d+ bytes, its header describes \d+/],
    ['bytes nobody owns', { a: f32([1], 0, 4) }, 6, /2 bytes behind the last tensor/],
    ['an unknown dtype', { a: { dtype: 'F31', shape: [1], data_offsets: [0, 4] } }, 4, /tensor "a", dtype/],
    ['a shape that overflows', { a: f32([2 ** 40, 2 ** 40], 0, 4) }, 4, /overflows/],
    ['a negative shape', { a: f32([-1], 0, 4) }, 4, /tensor "a", shape.0/],
    ['offsets the wrong way round', { a: f32([1], 4, 0) }, 4, /tensor "a": F32/],
    ['half bytes', { a: { dtype: 'F4', shape: [1], data_offsets: [0, 1] } }, 1, /do not fill whole bytes/],
    ['metadata that is not text', { __metadata__: { a: 1 } }, 0, /__metadata__/],
    ['an array', [], 0, /not a JSON object/],
    ['broken JSON', '{"a": ', 0, /not valid JSON/],
    [
      'a name twice',
      '{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"\\u0061":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}',
      0,
      /"a" appears twice/,
    ],
  ])('refuses %s', async (_, header, bytes, message) => {
    const path = await file(header, bytes);
    await expect(SafetensorsFile.open(path)).rejects.toThrow(message);
    await expect(SafetensorsFile.open(path)).rejects.toMatchObject({ code: 'damaged', where: path });
  });

  it('refuses lengths that cannot be', async () => {
    await expect(SafetensorsFile.open(await file({}, 6, 3))).rejects.toThrow(/JSON/);
    await expect(SafetensorsFile.open(await file({}, 0, 99))).rejects.toThrow(/truncated/);
    await expect(SafetensorsFile.open(await file({}, 0, 1e15))).rejects.toThrow(/not a safetensors file/);
    const path = join(dir, 'short');
    await writeFile(path, 'abc');
    await expect(SafetensorsFile.open(path)).rejects.toThrow(/3 bytes, at least 8/);
    await expect(SafetensorsFile.open(join(dir, 'nowhere'))).rejects.toMatchObject({ code: 'not-found' });
    await expect(SafetensorsFile.open(dir)).rejects.toThrow(/folder/);
  });

  it('accepts empty tensors, scalars, and keys that only look repeated', async () => {
    const header = {
      a: f32([0, 7], 0, 0),
      'b"]': f32([], 0, 4),
      A: f32([1], 4, 8),
      __metadata__: { a: 'b' },
    };
    await using opened = await SafetensorsFile.open(await file(header, 8));
    expect([...opened.tensors.keys()].sort()).toEqual(['A', 'a', 'b"]']);
    expect((await opened.readFloat32('b"]')).length).toBe(1);
    expect((await opened.readFloat32('a')).length).toBe(0);
    expect(opened.metadata).toEqual({ a: 'b' });
    await expect(opened.readFloat32('A', new Float32Array(2))).rejects.toThrow(/has 1 values, expected 2/);
    await expect(opened.readFloat32('c')).rejects.toThrow(/no tensor "c"/);
  });

  it('never crashes on damaged bytes: every failure is named', async () => {
    const path = join(dir, 'fuzz.safetensors');
    await writeSafetensors(path, new Map([['w', { shape: [2, 2], data: new Float32Array(4) }]]));
    const whole = await readFile(path);
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(255), fc.nat(whole.length), async (at, byte, cut) => {
        const bytes = Buffer.from(whole.subarray(0, cut));
        if (at < cut) bytes[at] = byte;
        await writeFile(path, bytes);
        const failure = await readSafetensors(path).catch((error) => error);
        if (failure instanceof Error) expect(failure.name).toBe('GalleyError');
        else expect(cut).toBe(whole.length);
      }),
      { numRuns: 150 },
    );
  });
});

describe('real files', () => {
  const reference = `${shared}/safetensors`;
  it.skipIf(!existsSync(reference))('reads one file per dtype', async () => {
    const files = (await readdir(`${reference}/dtypes`)).filter((name) => name.endsWith('.safetensors'));
    const dtypes = new Set<string>();
    for (const name of files) {
      await using opened = await SafetensorsFile.open(`${reference}/dtypes/${name}`);
      for (const info of opened.tensors.values()) {
        dtypes.add(info.dtype);
        expect((await opened.readBytes(info.name)).length).toBe(info.end - info.begin);
      }
    }
    expect(files.length).toBeGreaterThan(8);
    expect([...dtypes]).toEqual(expect.arrayContaining(['F16', 'F32', 'F64', 'I32', 'U8']));
  });

  it.skipIf(!existsSync(reference))('reads a tiny BERT and writes the same bytes', async () => {
    const path = `${reference}/tiny_bert/model.safetensors`;
    const { tensors, metadata } = await readSafetensors(path);
    await using opened = await SafetensorsFile.open(path);
    const all = new Map([...opened.tensors.keys()].map((name) => [name, tensors.get(name)!]));
    expect([...all.values()].every((tensor) => tensor.data.every(Number.isFinite))).toBe(true);
    await writeSafetensors(join(dir, 'bert.safetensors'), all, metadata);
    expect((await readFile(join(dir, 'bert.safetensors'))).equals(await readFile(path))).toBe(true);
  });

  const pointer = `${shared}/tokenizers/layoutlmv3-v5/model.safetensors`;
  it.skipIf(!existsSync(pointer))('knows a Git LFS pointer when it sees one', async () => {
    await expect(SafetensorsFile.open(pointer)).rejects.toMatchObject({
      code: 'damaged',
      message: 'a Git LFS pointer, not the weights themselves (they are 501355508 bytes)',
      hint: expect.stringContaining('git lfs pull'),
    });
  });
});

describe('writing', () => {
  it('orders by width, then name, and aligns the data', async () => {
    const path = join(dir, 'order.safetensors');
    await writeSafetensors(
      path,
      new Map([
        ['b', { shape: [1], data: new Float32Array([2]) }],
        ['bytes', { dtype: 'U8', shape: [3], data: new Uint8Array([1, 2, 3]) }],
        ['a', { shape: [2, 1], data: new Float32Array([3, Number.NaN]) }],
        ['steps', { dtype: 'I64', shape: [1], data: new Uint8Array(8).fill(7) }],
      ] as const),
      { format: 'pt', note: 'ä' },
    );
    await using opened = await SafetensorsFile.open(path);
    expect([...opened.tensors.keys()]).toEqual(['steps', 'a', 'b', 'bytes']);
    expect(opened.info('steps').begin % 8).toBe(0);
    expect(opened.metadata).toEqual({ format: 'pt', note: 'ä' });
    expect(await opened.readFloat32('a')).toEqual(new Float32Array([3, Number.NaN]));
    await expect(opened.readFloat32('steps')).rejects.toThrow(/"steps" is I64, expected floating-point/);
  });

  it('refuses data that do not fill the shape, and leaves nothing behind', async () => {
    const path = join(dir, 'wrong.safetensors');
    const tensors = new Map([['w', { shape: [3], data: new Float32Array(2) }]]);
    await expect(writeSafetensors(path, tensors)).rejects.toThrow(/"w" \[3\] has 8 bytes, expected 12/);
    expect((await readdir(dir)).filter((name) => name.includes('wrong'))).toEqual([]);
  });
});

describe('toFloat32', () => {
  it('widens half precision exactly', () => {
    const half = new Uint16Array([
      0x0000, 0x8000, 0x3c00, 0xc000, 0x7bff, 0x0001, 0x0400, 0x7c00, 0xfc00, 0x7e00,
    ]);
    const expected = [0, -0, 1, -2, 65504, 2 ** -24, 2 ** -14, Infinity, -Infinity, Number.NaN];
    expect([...toFloat32(new Uint8Array(half.buffer), 'F16', new Float32Array(10))]).toEqual(expected);
  });
  it('widens bfloat16 and narrows float64', () => {
    const brain = new Uint16Array([0x3f80, 0xc040, 0x7f80]);
    expect([...toFloat32(new Uint8Array(brain.buffer), 'BF16', new Float32Array(3))]).toEqual([
      1,
      -3,
      Infinity,
    ]);
    const double = new Float64Array([0.1, -1e300]);
    expect([...toFloat32(new Uint8Array(double.buffer), 'F64', new Float32Array(2))]).toEqual([
      Math.fround(0.1),
      -Infinity,
    ]);
  });
});
