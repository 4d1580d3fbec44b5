import { type Canvas, createCanvas } from '../../drawing/canvas.ts';
import { font } from '../../drawing/fonts.ts';
import type { PictureReader } from '../recogniser.ts';
import type { TesseractWord } from '../tesseract-thread.ts';

/** A small page of lines, black on white. */
export function drawPage(lines: readonly string[], { width = 420, size = 22 } = {}): Canvas {
  const canvas = createCanvas(width, lines.length * size * 2 + size);
  const ctx = canvas.getContext('2d');
  ctx.fillStyle = '#fff';
  ctx.fillRect(0, 0, canvas.width, canvas.height);
  ctx.fillStyle = '#000';
  ctx.font = font('serif', size);
  for (const [i, line] of lines.entries()) ctx.fillText(line, size, size * 2 * (i + 1));
  return canvas;
}

/** A reader that finds the same words on every picture, and remembers what it was given. */
export function stubReader(
  words: readonly string[],
  { threads = 2, wait }: { threads?: number; wait?: (signal?: AbortSignal) => Promise<void> } = {},
): PictureReader & { readonly seen: Uint8Array[]; closed: boolean } {
  const seen: Uint8Array[] = [];
  return {
    threads,
    seen,
    closed: false,
    async recognise(image, options): Promise<TesseractWord[]> {
      seen.push(image);
      await wait?.(options?.signal);
      return words.map((text, i) => ({
        text,
        confidence: 90,
        bbox: { x0: 10 + 40 * i, y0: 10, x1: 40 + 40 * i, y1: 30 },
      }));
    },
    async close() {
      this.closed = true;
    },
  };
}

/** A PDF of one page of 300 x 200 points per text, words set in Helvetica; `trailer` is put into the trailer. */
export function writePdf(texts: readonly (readonly string[])[], trailer = ''): Uint8Array {
  const objects: string[] = [];
  const kids = texts.map((_, i) => `${4 + 2 * i} 0 R`).join(' ');
  objects.push('<< /Type /Catalog /Pages 2 0 R >>');
  objects.push(`<< /Type /Pages /Kids [${kids}] /Count ${texts.length} >>`);
  objects.push('<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>');
  for (const [i, lines] of texts.entries()) {
    const content = lines.map((line, k) => `BT /F1 14 Tf 20 ${170 - 24 * k} Td (${line}) Tj ET`).join('\n');
    objects.push(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 200] /Contents ${5 + 2 * i} 0 R /Resources << /Font << /F1 3 0 R >> >> >>`,
    );
    objects.push(`<< /Length ${content.length} >>\nstream\n${content}\nendstream`);
  }
  let text = '%PDF-1.4\n';
  const places = objects.map((object, i) => {
    const at = text.length;
    text += `${i + 1} 0 obj\n${object}\nendobj\n`;
    return at;
  });
  const table = text.length;
  text += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n`;
  for (const at of places) text += `${String(at).padStart(10, '0')} 00000 n \n`;
  text += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R ${trailer} >>\nstartxref\n${table}\n%%EOF\n`;
  return Buffer.from(text, 'latin1');
}

/** What makes a PDF ask for a password that nobody has. */
export const PASSWORD =
  `/Encrypt << /Filter /Standard /V 1 /R 2 /Length 40 /P -4 /O <${'41'.repeat(32)}> /U <${'42'.repeat(32)}> >> ` +
  `/ID [<${'00'.repeat(16)}> <${'00'.repeat(16)}>]`;
