import { describe, expect, it } from 'vitest';
import { createCanvas, rgbaOf } from '../drawing/canvas.ts';
import { registerPackageFont } from '../drawing/fonts.ts';
import { pixelsToNormalised } from '../page/coordinates.ts';
import type { Box } from '../page/page.ts';
import { applyRepairs, repairFractions, undoRepairs } from './fractions.ts';

const PRINT = 'Galley test print';
registerPackageFont('@expo-google-fonts/old-standard-tt/OldStandardTT_400Regular.ttf', PRINT);

/** A line whose first word is printed as `printed` (the face's own fractions) and was read as `read`. */
function line(printed: string, read: string, rest: readonly string[]) {
  const [width, height, size] = [400, 60, 30];
  const canvas = createCanvas(width, height);
  const ctx = canvas.getContext('2d');
  ctx.fillStyle = '#fff8e8';
  ctx.fillRect(0, 0, width, height);
  ctx.fillStyle = '#333';
  ctx.font = `${size}px "${PRINT}"`;
  const boxes: Box[] = [];
  let x = 20;
  for (const word of [printed, ...rest]) {
    const measured = ctx.measureText(word);
    ctx.fillText(word, x, 42);
    boxes.push([x, 42 - size * 0.68, x + measured.width, 43]);
    x += measured.width + 10;
  }
  const rgba = rgbaOf(canvas);
  const rgb = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) for (let c = 0; c < 3; c++) rgb[i * 3 + c] = rgba[i * 4 + c];
  const bboxes = boxes.map((box) => pixelsToNormalised(box, width, height));
  return { read: { words: [read, ...rest], bboxes }, picture: { width, height, rgb } };
}

describe('broken fractions', () => {
  it('reads a fraction from its print, whatever OCR made of it', () => {
    for (const [printed, read] of [
      ['¼', '14'],
      ['¾', '34'],
      ['¾', '3{'],
    ]) {
      const { read: page, picture } = line(printed, read, ['cup', 'milk.']);
      expect(repairFractions(page, picture), `${printed} read as ${read}`).toEqual([
        { index: 0, before: read, after: printed, rule: 'seen-fraction' },
      ]);
    }
  });

  it('leaves numbers alone that are printed as numbers', () => {
    for (const number of ['1', '2', '3', '4', '8', '10', '12', '14', '34']) {
      const { read, picture } = line(number, number, ['cups', 'flour.']);
      expect(repairFractions(read, picture), number).toEqual([]);
    }
  });

  it('looks only where a quantity can stand', () => {
    const { read, picture } = line('¾', '34', ['BOSTON', 'BOOK.']);
    expect(repairFractions(read, picture)).toEqual([]);
    const word = line('milk', 'milk', ['cup', 'x']);
    expect(repairFractions(word.read, word.picture)).toEqual([]);
  });

  it('without a picture mends strokes only', () => {
    const words = ['1/2', 'cup', '3{4', 'cup', '13|4', 'cups', '34', 'cup', '3{', 'cup'];
    const bboxes = words.map((_, i): Box => [i * 50, 10, i * 50 + 40, 30]);
    const repairs = repairFractions({ words, bboxes }, null);
    expect(applyRepairs(words, repairs)).toEqual([
      '½',
      'cup',
      '¾',
      'cup',
      '1¾',
      'cups',
      '34',
      'cup',
      '3{',
      'cup',
    ]);
    expect(undoRepairs(applyRepairs(words, repairs), repairs)).toEqual(words);
    expect(repairs.every(({ rule }) => rule === 'misread-stroke')).toBe(true);
  });
});
