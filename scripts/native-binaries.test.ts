import { globSync, openSync, readSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { foreignBinary, platformOf } from './native-binaries.ts';

const bin = join(dirname(import.meta.dirname), 'node_modules/onnxruntime-node/bin');
function head(path: string): Buffer {
  const bytes = Buffer.alloc(1024);
  readSync(openSync(path, 'r'), bytes);
  return bytes;
}

it('tells the platform of ONNX Runtime’s own libraries, which come for all of them', () => {
  const libraries = globSync('*/*/*/*.node', { cwd: bin });
  expect(libraries.length).toBeGreaterThan(3);
  for (const library of libraries) {
    const [, platform, arch] = library.split(/[\\/]/);
    expect(platformOf(head(join(bin, library))), library).toEqual({ platform, arch });
    expect(foreignBinary(head(join(bin, library)), platform, arch)).toBeNull();
    expect(foreignBinary(head(join(bin, library)), 'aix', 'ppc64')).toBe(`${platform} ${arch}`);
  }
});

it('takes a text for none', () => expect(platformOf(Buffer.alloc(64, 'text'))).toBeNull());
