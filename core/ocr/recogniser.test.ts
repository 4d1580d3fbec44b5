import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { languageData } from './language-data.ts';
import { Recogniser } from './recogniser.ts';
import { drawPage } from './testing/scans.ts';

/** In the thread: any use of the network ends it, so that a test that passes has made no request. */
const NO_NETWORK = [
  '--import',
  `data:text/javascript,${encodeURIComponent(
    "import net from 'node:net'; import dns from 'node:dns';" +
      "const no = () => { throw new Error('network'); };" +
      'net.Socket.prototype.connect = no; dns.lookup = no; globalThis.fetch = no;',
  )}`,
];
const work = mkdtempSync(join(tmpdir(), 'galley-recogniser-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

describe('text recognition', () => {
  it('reads a page without a network, keeps confidences, and stops when told to', async () => {
    const reader = new Recogniser(() => languageData(), 1, NO_NETWORK);
    try {
      const png = await drawPage(['two cups of flour']).encode('png');
      const shares: number[] = [];
      const words = await reader.recognise(png, { onProgress: (share) => shares.push(share) });
      expect(words.map(({ text }) => text)).toEqual(['two', 'cups', 'of', 'flour']);
      for (const { confidence, bbox } of words) {
        expect(confidence).toBeGreaterThan(50);
        expect(bbox.x1).toBeGreaterThan(bbox.x0);
      }
      expect(shares.every((share) => share >= 0 && share <= 1)).toBe(true);
      const controller = new AbortController();
      const stopped = reader.recognise(png, { signal: controller.signal });
      controller.abort();
      await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
    } finally {
      await reader.close();
    }
    await expect(reader.recognise(new Uint8Array())).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('language data', () => {
  it('names what is wrong with a file', async () => {
    const file = (name: string, bytes: Uint8Array | string) => {
      writeFileSync(join(work, name), bytes);
      return languageData(join(work, name));
    };
    await expect(file('german.dat', 'x')).rejects.toThrow(/named like deu.traineddata/);
    await expect(file('deu.traineddata.gz', 'not packed')).rejects.toThrow(/cannot be unpacked/);
    await expect(file('deu.traineddata', 'not language data')).rejects.toThrow(/no Tesseract language data/);
    await expect(languageData(join(work, 'fra.traineddata'))).rejects.toMatchObject({ code: 'not-found' });
    expect(await languageData()).toMatchObject({ language: 'eng', gzip: true });
  });
});
