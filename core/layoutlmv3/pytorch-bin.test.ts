import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configToJson } from './config.ts';
import { loadModelFolder } from './model-folder.ts';
import { PytorchFile } from './pytorch-bin.ts';
import { readTensorPickle } from './tensor-pickle.ts';
import { tinyConfig } from './testing/tiny.ts';

/** Written by torch.save (scripts/reference/pytorch_fixture.py). */
const fixture = 'core/layoutlmv3/testing/torch-save.golden.bin';
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'galley-bin-'));
});
afterAll(() => rm(dir, { recursive: true }));

describe('PytorchFile', () => {
  it('reads every dtype and stride of a file that torch wrote', async () => {
    await using file = await PytorchFile.open(fixture);
    const read = async (name: string) => {
      const size = file.tensors.get(name)!.shape.reduce((a, b) => a * b, 1);
      return [...(await file.readFloat32(name, new Float32Array(size)))];
    };
    const rows = Array.from({ length: 24 }, (_, i) => i);
    expect(await read('plain')).toEqual(rows);
    expect(file.tensors.get('transposed')!.shape).toEqual([6, 4]);
    expect(await read('transposed')).toEqual(rows.map((_, i) => (i % 4) * 6 + Math.floor(i / 4)));
    expect(await read('column')).toEqual([2, 8, 14, 20]);
    expect(await read('tail')).toEqual([20, 21, 22, 23]);
    expect(await read('repeated')).toEqual([1.5, -2, 1.5, -2, 1.5, -2]);
    expect(await read('half')).toEqual([0.5, -1.25]);
    expect(await read('brain')).toEqual([3, -0.125]);
    expect(await read('double')).toEqual([Math.fround(0.1)]);
    expect(await read('parameter')).toEqual([7]);
    expect(await read('scalar')).toEqual([4]);
    expect(await read('empty')).toEqual([]);
    expect(file.tensors.get('position_ids')).toMatchObject({ dtype: 'I64', shape: [1, 5] });
    await expect(file.readFloat32('position_ids', new Float32Array(5))).rejects.toThrow(
      /is I64 with 5 values/,
    );
    await expect(file.readFloat32('plain', new Float32Array(5))).rejects.toThrow(/24 values, expected 5/);
  });

  it('names what is no such file', async () => {
    const path = join(dir, 'x.bin');
    const opening = async (content: string | Uint8Array) => {
      await writeFile(path, content);
      return PytorchFile.open(path);
    };
    const whole = await readFile(fixture);
    await expect(opening('version https://git-lfs.github.com/spec/v1\n')).rejects.toThrow(/Git LFS pointer/);
    await expect(opening('\x80\x02\x8a\nl\xfc')).rejects.toThrow(/not a file of torch.save/);
    await expect(opening(whole.subarray(0, whole.length / 2))).rejects.toThrow(/truncated/);
    await expect(opening('')).rejects.toMatchObject({ code: 'damaged' });
    await expect(PytorchFile.open(join(dir, 'nowhere'))).rejects.toMatchObject({ code: 'not-found' });
  });

  it('answers any damage with a named error', async () => {
    const whole = await readFile(fixture);
    const path = join(dir, 'fuzz.bin');
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(255), async (at, byte) => {
        const bytes = Buffer.from(whole);
        bytes[at] = byte;
        await writeFile(path, bytes);
        try {
          await using file = await PytorchFile.open(path);
          for (const [name, { shape, dtype }] of file.tensors)
            if (dtype !== 'I64')
              await file.readFloat32(name, new Float32Array(shape.reduce((a, b) => a * b, 1)));
        } catch (error) {
          expect((error as Error).name).toBe('GalleyError');
        }
      }),
      { numRuns: 300 },
    );
  });

  it('is what a folder without safetensors is loaded from', async () => {
    await writeFile(join(dir, 'config.json'), JSON.stringify(configToJson(tinyConfig())));
    await writeFile(join(dir, 'pytorch_model.bin'), await readFile(fixture));
    await expect(loadModelFolder(dir)).rejects.toThrow(/cls_token, .* more tensors missing in the weights/);
  });
});

describe('readTensorPickle', () => {
  const read = (text: string) => readTensorPickle(Buffer.from(text, 'latin1'), 'x.bin');
  it.each([
    ['os.system', 'cos\nsystem\n(X\x02\0\0\0lstR.', /asks for "os.system".*nothing of it was executed/],
    ['builtins.eval by STACK_GLOBAL', '\x80\x04\x8c\x08builtins\x8c\x04eval\x93.', /"builtins.eval"/],
    ['torch.load itself', 'ctorch\nload\n.', /"torch.load"/],
    ['an instance of a class (INST)', '(ios\nsystem\n.', /instruction 0x69/],
    ['a new object (NEWOBJ)', 'ccollections\nOrderedDict\n)\x81.', /instruction 0x81/],
    ['a call of data', 'K\x01)R.', /calls something that is not a name/],
    [
      'storages of unknown types',
      '(X\x07\0\0\0storageK\x01X\x01\0\0\x000X\x03\0\0\0cpuK\x01tQ.',
      /storage is damaged/,
    ],
    ['an empty dictionary', '}.', /no tensors/],
    ['a truncated pickle', '}q', /truncated/],
    ['a stack that is not there', '.', /damaged \(stack\)/],
  ])('refuses %s', (_, pickle, message) => {
    expect(() => read(pickle)).toThrow(message);
  });

  it('refuses tensors that reach outside their storage', () => {
    const tensor = (offset: number, shape: number, stride: number) =>
      `}X\x01\0\0\0wctorch._utils\n_rebuild_tensor_v2\n((X\x07\0\0\0storagectorch\nFloatStorage\nX\x01\0\0\x000X\x03\0\0\0cpuK\x04tQK${String.fromCharCode(offset)}K${String.fromCharCode(shape)}\x85K${String.fromCharCode(stride)}\x85\x89)tRs.`;
    expect(read(tensor(0, 4, 1)).get('w')).toMatchObject({ shape: [4], storage: '0', dtype: 'F32' });
    expect(() => read(tensor(1, 4, 1))).toThrow(/\[4\] reaches outside its storage of 4 elements/);
    expect(() => read(tensor(0, 3, 2))).toThrow(/reaches outside/);
  });
});
