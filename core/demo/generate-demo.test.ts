import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readLabelsJsonl } from '../datasets/labels-jsonl.ts';
import { readPagesJsonl } from '../datasets/pages-jsonl.ts';
import { DEMO_LABELS } from './demo-pages.ts';
import { generateDemo } from './generate-demo.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'galley-demo-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Hash of every file of a demo by its name. */
async function hashes(dir: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const entry of await readdir(dir, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    found[path.slice(dir.length)] = createHash('sha256')
      .update(await readFile(path))
      .digest('hex');
  }
  return found;
}

describe('generateDemo', () => {
  it('gives the same bytes for the same seed, in one thread or two, and others for another', async () => {
    const make = async (seed: number, name: string, threads: number) => {
      await generateDemo({ pages: 13, seed, outDir: join(folder, name), threads });
      return hashes(join(folder, name));
    };
    const first = await make(5, 'a', 0);
    expect(Object.keys(first)).toHaveLength(13 + 3);
    expect(await make(5, 'b', 2)).toEqual(first);
    const other = await make(6, 'c', 0);
    for (const [name, hash] of Object.entries(first)) expect(other[name], name).not.toBe(hash);
  });

  it('writes what the importers read, one label per word and a scan per page', async () => {
    const result = await generateDemo({ pages: 6, seed: 9, outDir: join(folder, 'read') });
    const { pages, notices } = await readPagesJsonl(result.pagesFile, { boxSpace: '0-1000' });
    const gold = await readLabelsJsonl(result.labelsFile, DEMO_LABELS);
    expect(notices).toEqual([]);
    expect(pages).toHaveLength(6);
    expect(result.words).toBe(pages.reduce((sum, page) => sum + page.words.length, 0));
    for (const page of pages) {
      expect(gold.get(page.pageNum)?.labels).toHaveLength(page.words.length);
      const png = await readFile(page.imagePath as string);
      expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([page.width, page.height]);
    }
  });

  it('replaces an earlier demo, but never a folder with other files', async () => {
    const outDir = join(folder, 'again');
    await generateDemo({ pages: 2, seed: 1, outDir });
    await generateDemo({ pages: 1, seed: 1, outDir });
    expect(await readdir(join(outDir, 'images'))).toEqual(['0001.png']);
    const mine = join(folder, 'read', '..', 'mine');
    await generateDemo({ pages: 1, seed: 1, outDir: mine });
    await rm(join(mine, 'demo.json'));
    await writeFile(join(mine, 'letter.txt'), 'dear');
    await expect(generateDemo({ pages: 1, seed: 1, outDir: mine })).rejects.toThrow(/no demo/);
    expect(await readFile(join(mine, 'letter.txt'), 'utf8')).toBe('dear');
  });

  it('stops when asked and leaves nothing', async () => {
    const outDir = join(folder, 'stopped');
    const controller = new AbortController();
    const onProgress = () => controller.abort();
    await expect(
      generateDemo({ pages: 4, seed: 1, outDir, threads: 0, signal: controller.signal, onProgress }),
    ).rejects.toMatchObject({ code: 'cancelled' });
    await expect(readdir(outDir)).rejects.toThrow();
  });

  it.each([
    [{ pages: 0, seed: 1 }, /1 to 20000 pages, found 0/],
    [{ pages: 2.5, seed: 1 }, /found 2.5/],
    [{ pages: 2, seed: -1 }, /found -1/],
  ])('refuses %j', async (options, message) => {
    await expect(generateDemo({ ...options, outDir: join(folder, 'bad') })).rejects.toThrow(message);
  });
});
