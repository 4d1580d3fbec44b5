import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPagesJsonl } from '../datasets/pages-jsonl.ts';
import { GalleyError } from '../errors/galley-error.ts';
import type { FoundSource, ImportedPage, Importer } from '../formats/importer.ts';
import { mutate } from '../formats/testing/mutate.ts';
import { scanImporters } from './importers.ts';
import { pageNumbers, partsFolder, runOcr } from './ocr-run.ts';
import { numbersInNames } from './page-number.ts';
import { decodeScan, readScan } from './raster.ts';
import { ocrSchema, scanSchema } from './scan-options.ts';
import { drawPage, PASSWORD, stubReader, writePdf } from './testing/scans.ts';

/** `GALLEY_FUZZ=500 npx vitest run core/ocr/importers.test.ts`: so many mutated pictures, and PDFs. */
const FUZZ = Number(process.env.GALLEY_FUZZ ?? 0);
const SEED = Number(process.env.GALLEY_FUZZ_SEED ?? 1896);
const TEXT = ['two cups of flour', 'one egg and some milk'];

let work: string;
const at = (name: string) => join(work, name);
beforeAll(async () => {
  work = mkdtempSync(join(tmpdir(), 'galley-ocr-'));
  const png = await sharp(await drawPage(TEXT).encode('png'))
    .removeAlpha()
    .png()
    .toBuffer();
  writeFileSync(at('plain.png'), png);
  const page = () => sharp(png);
  await page().withMetadata({ orientation: 6 }).jpeg().toFile(at('turned.jpg'));
  await page().toColourspace('cmyk').tiff().toFile(at('inks.tif'));
  await page().toColourspace('rgb16').png().toFile(at('deep.png'));
  await page().webp({ lossless: true }).toFile(at('web.webp'));
  await sharp({ create: { width: 60, height: 40, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0 } } })
    .png()
    .toFile(at('clear.png'));
  const pages = await Promise.all(
    ['#ff0000', '#00ff00'].map((background) =>
      sharp({ create: { width: 80, height: 100, channels: 3, background } })
        .png()
        .toBuffer(),
    ),
  );
  await sharp(pages, { join: { animated: true } })
    .tiff()
    .toFile(at('two.tif'));
  writeFileSync(at('cut.png'), png.subarray(0, png.length >> 1));
  writeFileSync(at('not.jpg'), 'this is text');
  writeFileSync(at('text.pdf'), writePdf([TEXT, ['7']]));
  writeFileSync(at('locked.pdf'), writePdf([TEXT], PASSWORD));
  writeFileSync(at('broken.pdf'), '%PDF-1.4\nnothing in it');
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

const options = scanSchema.parse({});
const source = (path: string): FoundSource => ({
  path,
  isFolder: false,
  size: 1,
  head: readFileSync(path).subarray(0, 4096),
});

async function readAll(importer: Importer, path: string): Promise<ImportedPage[]> {
  const { items, refused } = await importer.plan([source(path)]);
  if (refused.length > 0) throw new GalleyError('damaged', refused[0].reason);
  const pages: ImportedPage[] = [];
  for (const item of items)
    for await (const page of importer.read(item, { onNotice: () => {} })) pages.push(page);
  return pages;
}

describe('pictures', () => {
  it('reads every kind as upright RGB', async () => {
    const plain = await readScan(at('plain.png'));
    expect(plain.plain).toBe('png');
    for (const name of ['inks.tif', 'deep.png', 'web.webp']) {
      const scan = await readScan(at(name));
      expect([scan.width, scan.height], name).toEqual([plain.width, plain.height]);
      expect(scan.rgb.length, name).toBe(plain.rgb.length);
      // Paper stays paper: 16 bits are not cut to black, inks are not inverted.
      expect(scan.rgb[0], name).toBeGreaterThan(240);
      expect(scan.plain, name).toBeNull();
    }
    const turned = await readScan(at('turned.jpg'));
    expect([turned.width, turned.height]).toEqual([plain.height, plain.width]);
    expect([...(await readScan(at('clear.png'))).rgb.subarray(0, 3)]).toEqual([255, 255, 255]);
  });

  it('tells pages of a TIFF apart', async () => {
    const [images] = scanImporters(options, stubReader(['a', 'b']));
    const { items } = await images.plan([source(at('two.tif'))]);
    expect(items.map(({ title, pageIndex }) => [title, pageIndex])).toEqual([
      ['two.tif, page 1', 0],
      ['two.tif, page 2', 1],
    ]);
    const [red, green] = (await readScan(at('two.tif'), 1)).rgb;
    expect(red).toBeLessThan(10);
    expect(green).toBeGreaterThan(245);
  });

  it('gives words, confidences and a picture that can be kept as it is', async () => {
    const reader = stubReader(['two', 'cups']);
    const [images] = scanImporters(options, reader);
    const [page] = await readAll(images, at('plain.png'));
    expect(page.words).toEqual(['two', 'cups']);
    expect(page.confidences).toEqual([0.9, 0.9]);
    expect(page.picture).toEqual({ path: at('plain.png') });
    const [turned] = await readAll(images, at('turned.jpg'));
    expect(turned.picture).toMatchObject({ extension: 'png' });
    await images.close?.();
    expect(reader.closed).toBe(true);
  });

  it('takes page numbers from names that tell pages apart', async () => {
    const names = ['a/0102.png', 'b/0102.png', 'page-144.png', 'cover.png'];
    expect([...numbersInNames(names)]).toEqual([['page-144.png', 144]]);
    writeFileSync(at('0079.png'), readFileSync(at('plain.png')));
    const [images] = scanImporters(options, stubReader(['two']));
    expect((await readAll(images, at('0079.png')))[0].pageNum).toBe(79);
    expect((await readAll(images, at('plain.png')))[0].pageNum).toBeUndefined();
  });

  it('refuses what is no picture, with the reason', async () => {
    const [images] = scanImporters(options, stubReader([]));
    const { items, refused } = await images.plan([source(at('not.jpg'))]);
    expect(items).toEqual([]);
    expect(refused[0]).toMatchObject({ source: at('not.jpg'), code: 'damaged' });
    await expect(readAll(images, at('cut.png'))).rejects.toThrow(GalleyError);
    const huge = Buffer.from(readFileSync(at('plain.png')));
    huge.writeUInt32BE(60_000, 16);
    huge.writeUInt32BE(60_000, 20);
    await expect(decodeScan(huge, 'huge.png')).rejects.toThrow(GalleyError);
  });
});

describe('PDF', () => {
  it('uses a sound text layer, else what is seen, and refuses locked and broken files', async () => {
    const reader = stubReader(['seven']);
    const [, pdf] = scanImporters(options, reader);
    const pages = await readAll(pdf, at('text.pdf'));
    expect(pages.map(({ title, words }) => [title, words.join(' ')])).toEqual([
      ['text.pdf, page 1', TEXT.join(' ')],
      ['text.pdf, page 2', 'seven'],
    ]);
    expect(pages[0].extra?.source).toBe('pdf-text');
    expect([pages[0].width, pages[0].height]).toEqual([833, 556]);
    // The first word begins 20 of 300 points from the left, its baseline 30 of 200 from the top.
    const [x0, y0, , y1] = pages[0].bboxes[0];
    expect(Math.abs(x0 - 66)).toBeLessThan(4);
    expect(y0).toBeLessThan(150);
    expect(y1).toBeGreaterThan(150);
    expect(reader.seen).toHaveLength(1);
    const { refused } = await pdf.plan([
      source(at('locked.pdf')),
      source(at('broken.pdf')),
      source(at('not.jpg')),
    ]);
    expect(refused.map(({ reason }) => reason)).toEqual([
      expect.stringMatching(/protected by a password/),
      expect.stringMatching(/cannot be read/),
      expect.stringMatching(/not a PDF/),
    ]);
    await pdf.close?.();
  });
});

describe('galley ocr', () => {
  it('writes pages that come back, and nothing else', async () => {
    const out = at('run/pages.jsonl');
    const done = await runOcr(
      ocrSchema.parse({ images: [at('plain.png'), at('turned.jpg')], out }),
      {},
      stubReader(['two', 'cups']),
    );
    expect(done).toMatchObject({ pages: 2, words: 4, skipped: 0, refused: [] });
    const { pages } = await readPagesJsonl(out, { boxSpace: '0-1000' });
    expect(pages.map(({ words }) => words)).toEqual([
      ['two', 'cups'],
      ['two', 'cups'],
    ]);
    expect(pages.every(({ imagePath }) => imagePath !== null && existsSync(imagePath))).toBe(true);
    expect(pages[0].extra.confidences).toEqual([0.9, 0.9]);
    expect(readdirSync(at('run')).sort()).toEqual(['pages-images', 'pages.jsonl']);
    await expect(
      runOcr(ocrSchema.parse({ images: [at('plain.png')], out }), {}, stubReader([])),
    ).rejects.toThrow(/there already/);
  });

  it('keeps the pages of a stopped run, and goes on from them', async () => {
    const out = at('stopped/pages.jsonl');
    const controller = new AbortController();
    let pages = 0;
    const wait = async () => {
      if (++pages === 2) {
        controller.abort();
        throw new GalleyError('cancelled', 'stopped');
      }
    };
    const images = [at('plain.png'), at('deep.png'), at('web.webp')];
    const run = (resume: boolean, reader = stubReader(['word']), signal?: AbortSignal) =>
      runOcr(ocrSchema.parse({ images, out, resume }), { signal }, reader);
    await expect(
      run(false, stubReader(['word'], { threads: 1, wait }), controller.signal),
    ).rejects.toMatchObject({
      code: 'cancelled',
    });
    expect(existsSync(out)).toBe(false);
    expect(readdirSync(partsFolder(out))).toHaveLength(1);
    const reader = stubReader(['word']);
    expect(await run(true, reader)).toMatchObject({ pages: 3, skipped: 1 });
    expect(reader.seen).toHaveLength(2);
    expect(existsSync(partsFolder(out))).toBe(false);
  });

  it('numbers pages from their names where those tell them apart', () => {
    const named = (...names: string[]) => pageNumbers(names.map((source) => ({ source })));
    expect(named('/a/0079.png', '/a/0102.png')).toEqual([79, 102]);
    expect(named('/a/p1.png', '/b/p1.png')).toEqual([1, 2]);
    expect(named('/a/p1.png', '/b/cover.png')).toEqual([1, 2]);
  });
});

describe('mutated files', () => {
  const count = { pictures: FUZZ || 30, pdfs: FUZZ || 3 };
  it(`${count.pictures} pictures and ${count.pdfs} PDFs are read or refused with a reason`, async () => {
    const samples = ['plain.png', 'turned.jpg', 'inks.tif', 'web.webp', 'two.tif'].map((name) =>
      readFileSync(at(name)),
    );
    const [images, pdf] = scanImporters(options, stubReader(['a', 'b']));
    const ends = { read: 0, refused: 0 };
    const tryOne = async (importer: Importer, name: string, bytes: Uint8Array, seed: number) => {
      writeFileSync(at(name), bytes);
      const signal = new AbortController();
      const { items, refused } = await importer.plan([source(at(name))], signal.signal);
      for (const { reason } of refused) expect(reason).not.toMatch(/is not a function|Cannot read propert/);
      if (refused.length > 0) ends.refused++;
      for (const item of items.slice(0, 2))
        try {
          for await (const page of importer.read(item, { onNotice: () => {} }))
            expect(page.words.length).toBe(page.bboxes.length);
          ends.read++;
        } catch (error) {
          expect(error, `seed ${seed}`).toBeInstanceOf(GalleyError);
          ends.refused++;
        }
    };
    for (let n = 0; n < count.pictures; n++)
      await tryOne(images, 'mutated.png', mutate([samples[n % samples.length]], SEED + n), SEED + n);
    const sound = writePdf([TEXT]);
    for (let n = 0; n < count.pdfs; n++) {
      await tryOne(pdf, `mutated-${n}.pdf`, mutate([sound], SEED + n), SEED + n);
      rmSync(at(`mutated-${n}.pdf`));
    }
    await images.close?.();
    await pdf.close?.();
    expect(ends.read).toBeGreaterThan(0);
    expect(ends.refused).toBeGreaterThan(0);
  }, 3_600_000);
});
