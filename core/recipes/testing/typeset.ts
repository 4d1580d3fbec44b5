import type { Box } from '../../page/page.ts';
import type { RecipePage } from '../build.ts';

const LABELS: Readonly<Record<string, string>> = {
  T: 'TITLE',
  I: 'INGREDIENT_LINE',
  S: 'INSTRUCTION_STEP',
  M: 'TIME',
  P: 'TEMP',
  V: 'SERVINGS',
  O: 'O',
};

/** A page from lines of `word/L word/L`: 10 units a character, lines 20 high and 30 apart. */
export function typeset(pageNum: number, rows: readonly string[]): RecipePage {
  const words: string[] = [];
  const labels: string[] = [];
  const bboxes: Box[] = [];
  const lines = rows.map((row, y) => {
    let x = 0;
    return row.split(' ').map((item) => {
      const word = item.slice(0, -2);
      words.push(word);
      labels.push(LABELS[item.slice(-1)]);
      bboxes.push([x, y * 30, x + 10 * word.length, y * 30 + 20]);
      x += 10 * word.length + 10;
      return words.length - 1;
    });
  });
  const confidences = words.map(() => 0.9);
  return { pageNum, words, labels, bboxes, lines, width: 1000, height: 1000, confidences };
}
