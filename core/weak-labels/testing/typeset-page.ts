import type { DefaultLabel } from '../../labels/labels.ts';
import type { Box, Page } from '../../page/page.ts';

/** One printed row of a made-up page. */
export interface PrintedRow {
  /** Columns, left to right; one for anything but a list of two columns. */
  readonly columns: readonly string[];
  readonly as: 'head' | 'centre' | 'first' | 'full' | 'last' | 'list';
  /** White space above, in line pitches; 1 is the next line. */
  readonly lead?: number;
  readonly label?: DefaultLabel;
}

export interface TypesetOptions {
  readonly pageNum?: number;
  /** Fall per pixel to the right. */
  readonly shear?: number;
  /** Pixels to the right per pixel down. */
  readonly lean?: number;
}

const WIDTH = 500;
const HEIGHT = 870;
const LEFT = 45;
const RIGHT = 455;
const PITCH = 20;
const LETTER = 7;
const WORD_HEIGHT = 12;

/** A page with word boxes as a printer would set it, and the labels the rows were given (O where none). */
export function typesetPage(
  rows: readonly PrintedRow[],
  { pageNum = 1, shear = 0, lean = 0 }: TypesetOptions = {},
): Page & { readonly expected: readonly DefaultLabel[] } {
  const words: string[] = [];
  const bboxes: Box[] = [];
  const expected: DefaultLabel[] = [];
  let y = 20;
  for (const [r, row] of rows.entries()) {
    if (r > 0) y += PITCH * (row.lead ?? 1);
    for (const [c, text] of row.columns.entries()) {
      const parts = text.split(' ');
      const letters = parts.join('').length * LETTER;
      let gap = 4.5;
      let x = LEFT;
      if (row.as === 'full' || row.as === 'first') {
        x = row.as === 'first' ? LEFT + 17 : LEFT;
        if (parts.length > 4) gap = Math.max(3, (RIGHT - x - letters) / (parts.length - 1));
      } else if (row.as === 'centre' || row.as === 'head') {
        x = (LEFT + RIGHT - letters - gap * (parts.length - 1)) / 2;
      } else if (row.as === 'list') {
        x = LEFT + 25 + c * 200;
      }
      for (const word of parts) {
        const width = word.length * LETTER;
        const dx = lean * y;
        const dy = shear * x;
        const scale = (value: number, side: number) =>
          Math.min(1000, Math.max(0, Math.round((value * 1000) / side)));
        words.push(word);
        bboxes.push([
          scale(x + dx, WIDTH),
          scale(y + dy, HEIGHT),
          scale(x + dx + width, WIDTH),
          scale(y + dy + WORD_HEIGHT, HEIGHT),
        ]);
        expected.push(row.label ?? 'O');
        x += width + gap;
      }
    }
  }
  return { pageNum, width: WIDTH, height: HEIGHT, words, bboxes, imagePath: null, expected };
}

/** Running text set as a paragraph: its first line indented, its last one short. */
export function paragraph(text: string, label?: DefaultLabel, lead = 1): PrintedRow[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    const room = lines.length === 0 ? 46 : 49;
    if (line && line.length + 1 + word.length > room) {
      lines.push(line);
      line = '';
    }
    line = line ? `${line} ${word}` : word;
  }
  lines.push(line);
  return lines.map((columns, i) => ({
    columns: [columns],
    as: i === 0 ? 'first' : i === lines.length - 1 ? 'last' : 'full',
    lead: i === 0 ? lead : 1,
    label,
  }));
}

export const head = (text: string): PrintedRow => ({ columns: [text], as: 'head' });
export const title = (text: string): PrintedRow => ({
  columns: [text],
  as: 'centre',
  lead: 2.2,
  label: 'TITLE',
});
export const section = (text: string): PrintedRow => ({ columns: [text], as: 'centre', lead: 2.4 });
/** Ingredients in two columns; the first row stands a little below the title. */
export const ingredients = (...rows: (readonly string[])[]): PrintedRow[] =>
  rows.map((columns, i) => ({ columns, as: 'list', lead: i === 0 ? 1.5 : 0.95, label: 'INGREDIENT_LINE' }));
export const directions = (text: string): PrintedRow[] => paragraph(text, 'INSTRUCTION_STEP', 1.5);
