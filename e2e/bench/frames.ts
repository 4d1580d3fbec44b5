/**
 * `npm run bench:frames [-- --out FILE]`: how smoothly a page of 2 000 words pans and zooms in headless Chromium, and how
 * long a label takes from key to screen, in the window that `galley serve` serves. Wants `npm run build` first.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium, type Page } from '@playwright/test';
import { writePagesJsonl } from '../../core/datasets/pages-jsonl.ts';
import { readBook } from '../../core/demo/demo-pages.ts';
import { savePng } from '../../core/drawing/canvas.ts';
import { drawWordsPage } from '../../core/drawing/words-page.ts';
import type { Box } from '../../core/page/page.ts';
import { findChromium, NO_CHROMIUM } from '../../scripts/ensure-chromium.ts';
import { galley, Served } from '../testing/serve.ts';
import { GalleyWindow } from '../testing/window.ts';

const WORDS = 2000;
const FRAMES = 240;
const WARM_UP = 10;
const KEYS = 60;
const SIZE = { width: 2480, height: 3508 };
/** A frame of a screen with 60 pictures a second. */
const BUDGET_MS = 1000 / 60;

interface Spread {
  readonly p50: number;
  readonly p95: number;
  readonly most: number;
}

/** A project of one page: the words of many demo pages, set small in four columns, with a scan. */
async function writeDensePage(folder: string): Promise<void> {
  const words = readBook(1896, 16)
    .flatMap((page) => page.words)
    .slice(0, WORDS);
  if (words.length < WORDS) throw new Error(`only ${words.length} words`);
  const columns = 20;
  const [stepX, stepY] = [940 / columns, 940 / (WORDS / columns)];
  const bboxes = words.map((word, i): Box => {
    const x = 30 + (i % columns) * stepX;
    const y = 30 + Math.floor(i / columns) * stepY;
    const width = Math.min(stepX - 3, 8 + 4 * word.length);
    return [Math.round(x), Math.round(y), Math.round(x + width), Math.round(y + stepY - 2)];
  });
  mkdirSync(join(folder, 'images'), { recursive: true });
  const imagePath = join(folder, 'images', '0001.png');
  await savePng(drawWordsPage({ words, bboxes }, SIZE.width, SIZE.height), imagePath);
  await writePagesJsonl(join(folder, 'pages.jsonl'), [{ pageNum: 1, ...SIZE, words, bboxes, imagePath }]);
}

function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  return { p50: at(0.5), p95: at(0.95), most: sorted.at(-1) ?? 0 };
}

/** Processor seconds of the browser's processes so far; unlike a clock it survives a busy machine. */
async function processorSeconds(): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  return processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0);
}

/**
 * Moves the camera once a frame. `interval`: from one frame to the next, what an eye sees; `work`: what of a frame the
 * window's own thread is busy with; `processor`: mean processor time a frame costs all processes of the browser.
 */
async function measureFrames(
  page: Page,
  what: 'pan' | 'zoom',
): Promise<{ interval: Spread; work: Spread; processor: number }> {
  const before = await processorSeconds();
  const frames = await page.evaluate(
    async ({ kind, count, warmUp }) => {
      interface Canvas {
        readonly camera: { scale: number; x: number; y: number };
        readonly viewport: { width: number; height: number };
        setCamera(camera: { scale: number; x: number; y: number }): void;
        fit(what: 'width' | 'page'): void;
      }
      const canvas = (window as unknown as { galleyCanvas: Canvas }).galleyCanvas;
      canvas.fit('page');
      const begin = { ...canvas.camera };
      const middle = { x: canvas.viewport.width / 2, y: canvas.viewport.height / 2 };
      const interval: number[] = [];
      const work: number[] = [];
      const { port1, port2 } = new MessageChannel();
      let drawn: () => void = () => undefined;
      port2.onmessage = () => drawn();
      let last = 0;
      for (let i = 0; i < count + warmUp; i++) {
        const [started, ended] = await new Promise<[number, number]>((resolve) => {
          requestAnimationFrame((time) => {
            const now = performance.now();
            const turn = (2 * Math.PI * i) / 120;
            if (kind === 'pan')
              canvas.setCamera({
                ...begin,
                x: begin.x + 200 * Math.sin(turn),
                y: begin.y + 150 * Math.sin(2 * turn),
              });
            else {
              const factor = 2 ** (1.5 - 1.5 * Math.cos(turn));
              canvas.setCamera({
                scale: begin.scale * factor,
                x: middle.x - (middle.x - begin.x) * factor,
                y: middle.y - (middle.y - begin.y) * factor,
              });
            }
            // A message posted in a frame is heard after the frame is painted.
            drawn = () => resolve([time, performance.now() - now]);
            port1.postMessage(null);
          });
        });
        // The first frames warm up caches and compilers.
        if (i >= warmUp) {
          interval.push(started - last);
          work.push(ended);
        }
        last = started;
      }
      return { interval, work };
    },
    { kind: what, count: FRAMES, warmUp: WARM_UP },
  );
  const processor = ((await processorSeconds()) - before) * (1000 / (FRAMES + WARM_UP));
  return { interval: spread(frames.interval), work: spread(frames.work), processor };
}

/** From the key's event to the end of the frame that shows its label, with all words of a line selected. */
async function measureKeys(window: GalleyWindow): Promise<Spread> {
  const { page } = window;
  await page.evaluate(() => {
    const times: number[] = [];
    (window as unknown as { keyTimes: number[] }).keyTimes = times;
    const { port1, port2 } = new MessageChannel();
    let pressed = 0;
    port2.onmessage = () => times.push(performance.now() - pressed);
    globalThis.addEventListener(
      'keydown',
      (event) => {
        pressed = event.timeStamp;
        // The canvas draws in the next frame; this callback stands in the same one, its message is heard after it.
        requestAnimationFrame(() => port1.postMessage(null));
      },
      { capture: true },
    );
  });
  await window.clickWord(1000);
  for (let i = 0; i < KEYS; i++) {
    await page.keyboard.press(i % 2 === 0 ? '1' : '2');
    await page.waitForFunction(
      (count) => (window as unknown as { keyTimes: number[] }).keyTimes.length >= count,
      i + 1,
    );
  }
  return spread(await page.evaluate(() => (window as unknown as { keyTimes: number[] }).keyTimes));
}

const { values } = parseArgs({ options: { out: { type: 'string' } } });
const executablePath = findChromium();
if (executablePath === null) throw new Error(NO_CHROMIUM);
const home = mkdtempSync(join(tmpdir(), 'galley-frames-'));
const browser = await chromium.launch({ executablePath });
let served: Served | undefined;
try {
  const project = join(home, 'dense');
  await writeDensePage(join(project, 'pages'));
  const dataset = join(project, 'datasets', 'full');
  galley(home, 'label', '--pages', join(project, 'pages', 'pages.jsonl'), '--out_dir', dataset);
  served = await Served.start({ home, project });
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  const window = new GalleyWindow(page);
  await window.goto(served.address);
  await window.scanShown();
  const pan = await measureFrames(page, 'pan');
  const zoom = await measureFrames(page, 'zoom');
  const key = await measureKeys(window);
  const result = {
    words: WORDS,
    viewport: '1440 x 900',
    frames: FRAMES,
    browser: `Chromium ${browser.version()}, headless, software rendering`,
    cores: cpus().length,
    load: loadavg()[0],
    milliseconds: { pan, zoom, key },
    withinBudget: { pan: pan.interval.p95 <= BUDGET_MS + 0.1, zoom: zoom.interval.p95 <= BUDGET_MS + 0.1 },
  };
  const row = (name: string, { p50, p95, most }: Spread) =>
    `${name.padEnd(34)}${[p50, p95, most].map((value) => value.toFixed(1).padStart(9)).join('')}`;
  console.log(`${WORDS} words, ${result.browser}, ${result.cores} cores, load ${result.load.toFixed(1)}\n`);
  console.log(
    `${'milliseconds'.padEnd(34)}${['p50', 'p95', 'most'].map((name) => name.padStart(9)).join('')}`,
  );
  console.log(row('pan, frame to frame', pan.interval));
  console.log(row('pan, work of the window in a frame', pan.work));
  console.log(row('zoom, frame to frame', zoom.interval));
  console.log(row('zoom, work of the window in a frame', zoom.work));
  console.log(row('key to label drawn', key));
  for (const [name, { processor }] of Object.entries({ pan, zoom }))
    console.log(
      `${`${name}, processor time of a frame`.padEnd(34)}${processor.toFixed(1).padStart(9)} (mean)`,
    );
  if (values.out) writeFileSync(values.out, `${JSON.stringify(result, null, 2)}\n`);
  else console.log(`\n${JSON.stringify(result)}`);
} finally {
  await browser.close();
  await served?.kill();
  rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}
