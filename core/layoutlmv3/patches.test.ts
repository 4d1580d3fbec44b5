import { describe, expect, it } from 'vitest';
import { patchify } from './patches.ts';
import { tinyConfig } from './testing/tiny.ts';

describe('patchify', () => {
  it('cuts channels-first images into rows and drops what fills no patch', () => {
    const config = tinyConfig({ input_size: 5, patch_size: 2, num_channels: 2 });
    const pixels = Float32Array.from({ length: 50 }, (_, i) => i);
    const patches = patchify(config, pixels);
    expect([...patches]).toEqual([
      ...[0, 1, 5, 6, 25, 26, 30, 31],
      ...[2, 3, 7, 8, 27, 28, 32, 33],
      ...[10, 11, 15, 16, 35, 36, 40, 41],
      ...[12, 13, 17, 18, 37, 38, 42, 43],
    ]);
  });
});
