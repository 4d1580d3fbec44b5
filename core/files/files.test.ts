import { mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { ensureFolder, readJson, writeFileWhole, writeFolderWhole } from './files.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'galley-files-'));
});

describe('whole writes', () => {
  it('makes parents and leaves nothing beside', async () => {
    await writeFileWhole(join(dir, 'a/b.txt'), 'x');
    expect(await readFile(join(dir, 'a/b.txt'), 'utf8')).toBe('x');
    expect(await readdir(join(dir, 'a'))).toEqual(['b.txt']);
  });

  it('keeps the old folder when filling fails', async () => {
    await mkdir(join(dir, 'model'));
    await writeFile(join(dir, 'model/old'), '1');
    await expect(
      writeFolderWhole(join(dir, 'model'), async (t) => {
        await writeFile(join(t, 'new'), '2');
        throw new Error('stopped half way');
      }),
    ).rejects.toThrow(/half way/);
    expect(await readdir(dir)).toEqual(['model']);
    expect(await readdir(join(dir, 'model'))).toEqual(['old']);
  });

  it('replaces a folder whole', async () => {
    await mkdir(join(dir, 'model'));
    await writeFile(join(dir, 'model/old'), '1');
    await writeFolderWhole(join(dir, 'model'), (t) => writeFile(join(t, 'new'), '2'));
    expect(await readdir(join(dir, 'model'))).toEqual(['new']);
  });

  it('says which file is not JSON or not there', async () => {
    await writeFile(join(dir, 'x.json'), '{');
    await expect(readJson(join(dir, 'x.json'))).rejects.toMatchObject({
      code: 'damaged',
      where: join(dir, 'x.json'),
    });
    await expect(readJson(join(dir, 'y.json'))).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('ensureFolder', () => {
  it('makes every parent, and says which folder cannot be made', async () => {
    await ensureFolder(join(dir, 'p/q/r'));
    await ensureFolder(join(dir, 'p/q/r'));
    expect(await readdir(join(dir, 'p/q'))).toEqual(['r']);
    await writeFile(join(dir, 'file'), '');
    await expect(ensureFolder(join(dir, 'file/x/y'))).rejects.toMatchObject({ where: join(dir, 'file/x') });
    if (process.platform === 'linux')
      await expect(ensureFolder('/proc/galley-nowhere/x')).rejects.toMatchObject({
        where: '/proc/galley-nowhere',
      });
  });
});
