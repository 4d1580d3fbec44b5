import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readPreprocessor } from './preprocessor.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'galley-preprocessor-'));
});
afterEach(() => rm(dir, { recursive: true }));
const write = (file: string, value: unknown) => writeFile(join(dir, file), JSON.stringify(value));
const OWN = { rescaleFactor: 1 / 255, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] };

describe('readPreprocessor', () => {
  it('takes the values of LayoutLMv3 where a folder has none', async () => {
    expect(await readPreprocessor(dir)).toEqual(OWN);
  });
  it('reads both layouts, the v4 file first', async () => {
    await write('processor_config.json', { image_processor: { image_mean: [0, 0, 1], do_rescale: false } });
    expect(await readPreprocessor(dir)).toEqual({ ...OWN, mean: [0, 0, 1], rescaleFactor: 1 });
    await write('preprocessor_config.json', { do_normalize: false, image_mean: [0.1, 0.2, 0.3] });
    expect(await readPreprocessor(dir)).toEqual({ ...OWN, mean: [0, 0, 0], std: [1, 1, 1] });
  });
  it('names the key that is wrong', async () => {
    await write('preprocessor_config.json', { image_std: [0.5] });
    await expect(readPreprocessor(dir)).rejects.toThrow(/"image_std"/);
  });
});
