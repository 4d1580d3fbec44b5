import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { createCanvas } from '../drawing/canvas.ts';
import { MOST_PDF_PIXELS, type PdfAnswer, type PdfRequest } from './pdf-messages.ts';
import { type TextRun, textLayer } from './pdf-text.ts';

/** A thread that reads one PDF: pdf.js is a large parser of untrusted files, so it can be ended from outside. */
const port = parentPort!;
const { bytes } = workerData as { bytes: Uint8Array };
const pdfjs = await import('pdfjs-dist/legacy/build/pdf.mjs');
const home = dirname(createRequire(import.meta.url).resolve('pdfjs-dist/package.json'));
const folder = (name: string) => join(home, name) + sep;
pdfjs.GlobalWorkerOptions.workerSrc = pathToFileURL(join(home, 'legacy/build/pdf.worker.mjs')).href;

const document = pdfjs.getDocument({
  data: bytes,
  // Everything from the package, nothing from the network or the machine's fonts.
  standardFontDataUrl: folder('standard_fonts'),
  cMapUrl: folder('cmaps'),
  cMapPacked: true,
  wasmUrl: folder('wasm'),
  iccUrl: folder('iccs'),
  useSystemFonts: false,
  disableFontFace: true,
  useWorkerFetch: false,
  enableXfa: false,
  stopAtErrors: false,
  maxImageSize: MOST_PDF_PIXELS,
  verbosity: 0,
});

const explain = (error: unknown): { name: string; message: string } =>
  error instanceof Error
    ? { name: error.name, message: error.message }
    : { name: 'Error', message: String(error) };

async function readPage(index: number, dpi: number, picture: boolean): Promise<PdfAnswer & { type: 'page' }> {
  const page = await (await document.promise).getPage(index + 1);
  try {
    const size = page.getViewport({ scale: 1 });
    if (!(size.width > 0 && size.height > 0)) throw new Error('the page has no size');
    const wanted = dpi / 72;
    const most = Math.sqrt(MOST_PDF_PIXELS / (size.width * size.height));
    const scale = Math.min(wanted, most, 30_000 / Math.max(size.width, size.height));
    const viewport = page.getViewport({ scale });
    const width = Math.max(1, Math.round(viewport.width));
    const height = Math.max(1, Math.round(viewport.height));
    const content = await page.getTextContent();
    const runs = content.items.flatMap((item): TextRun[] =>
      'str' in item && item.str.trim() !== ''
        ? [
            {
              str: item.str,
              transform: pdfjs.Util.transform(viewport.transform, item.transform) as number[],
              length: item.width * scale,
            },
          ]
        : [],
    );
    const text = textLayer(runs, width, height);
    if (!picture) return { type: 'page', width, height, dpi: scale * 72, text, png: null };
    const canvas = createCanvas(width, height);
    // pdf.js names the browser's types; this canvas has the same methods.
    type RenderTask = Parameters<typeof page.render>[0];
    const target = { canvas, canvasContext: canvas.getContext('2d'), viewport, background: '#ffffff' };
    await page.render(target as unknown as RenderTask).promise;
    return { type: 'page', width, height, dpi: scale * 72, text, png: await canvas.encode('png') };
  } finally {
    page.cleanup();
  }
}

port.on('message', async ({ id, request }: { id: number; request: PdfRequest }) => {
  try {
    const { numPages } = await document.promise;
    const result: PdfAnswer =
      request.type === 'open'
        ? { type: 'open', pages: numPages }
        : await readPage(request.index, request.dpi, request.picture);
    port.postMessage({ id, answer: result });
  } catch (error) {
    port.postMessage({ id, answer: { type: 'failed', ...explain(error) } satisfies PdfAnswer });
  }
});
document.promise.catch(() => {});
