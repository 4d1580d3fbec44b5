import type { DefaultLabel } from '../../labels/labels.ts';
import type { Box } from '../../page/page.ts';
import type { Random } from '../random.ts';
import { extentOf } from '../typeset/faces.ts';
import type { Figure, PageWord, SetPage } from '../typeset/paginate.ts';
import { LEADERS, misread, NONSENSE, readFraction, SPECKS } from './confusions.ts';
import { type Warp, warpBox } from './warp.ts';

/** A word as text recognition gave it: text, box in whole pixels of the scan, gold label. */
export interface ReadWord {
  readonly text: string;
  readonly box: Box;
  readonly label: DefaultLabel;
}

interface Reading {
  text: string;
  box: Box;
  readonly label: DefaultLabel;
  readonly y: number;
}

/**
 * Reads a page as recognition software of the time of the scans did: words in the order of the lines, broken
 * fractions, confused letters, split and merged words, specks read as words. Labels go with the words; specks are
 * O, but those inside an ingredient line belong to it.
 */
export function readPage(page: SetPage, warp: Warp, random: Random): ReadWord[] {
  const quality = Math.exp(random.normal() * 0.6);
  const rate = Math.min(0.02, 0.0032 * quality);
  const words: ReadWord[] = [];
  const figures = [...page.figures];
  for (const line of page.lines) {
    while (figures.length > 0 && line.length > 0 && figures[0].y < line[0].y)
      words.push(...readFigure(figures.shift() as Figure, warp, random));
    words.push(...readLine(line, warp, rate, quality, random));
  }
  for (const figure of figures) words.push(...readFigure(figure, warp, random));
  if (random.chance(0.06 * quality)) words.push(...readMargin(warp, random));
  return words.flatMap((word) => {
    const box = wholePixels(word.box, warp);
    return box ? [{ ...word, box }] : [];
  });
}

function readLine(
  line: readonly PageWord[],
  warp: Warp,
  rate: number,
  quality: number,
  random: Random,
): ReadWord[] {
  const read = merge(
    line.flatMap((word, i) => readWord(word, line, i, warp, rate, random)),
    rate,
    random,
  );
  const tall = random.chance(0.03) ? random.between(2, 9) : 0;
  const out: ReadWord[] = read.map(({ text, box: [x0, y0, x1, y1], label }) => ({
    text,
    label,
    box: [
      x0 + jitter(random),
      y0 - tall + jitter(random),
      x1 + jitter(random),
      y1 + tall * 0.7 + jitter(random),
    ],
  }));
  if (out.length > 0 && random.chance(0.012 * quality))
    out.push(speckAfter(out[out.length - 1], 'O', random));
  if (out.length > 3 && random.chance(0.0045 * quality)) {
    const at = random.int(1, out.length - 2);
    const label =
      out[at].label === 'INGREDIENT_LINE' && out[at + 1].label === 'INGREDIENT_LINE'
        ? 'INGREDIENT_LINE'
        : 'O';
    if (label === 'INGREDIENT_LINE') out.splice(at + 1, 0, speckAfter(out[at], label, random));
  }
  return out;
}

/** How often the stop after a word is read as something else. */
const STOP_LOST: Partial<Record<DefaultLabel, number>> = { INGREDIENT_LINE: 0.1, TITLE: 0.035 };

const jitter = (random: Random) => random.normal() * 0.45;

/** Ink of a word on the scan, in pixels. */
export function inkBox(word: PageWord, warp: Warp): Box {
  const { left, right, ascent, descent } = extentOf(word.text, word.face);
  return warpBox(warp, [word.x - left, word.y - ascent, word.x + right, word.y + descent]);
}

function readWord(
  word: PageWord,
  line: readonly PageWord[],
  i: number,
  warp: Warp,
  rate: number,
  random: Random,
): Reading[] {
  const box = inkBox(word, warp);
  const one = (text: string, at: Box = box): Reading[] =>
    text ? [{ text, box: at, label: word.label, y: word.y }] : [];
  if (word.face === 'drop') return readInitial(word, line, box, warp, random);
  if (i === 1 && line[0].face === 'drop') return [];
  if (word.text === '.') return random.chance(0.62) ? [] : one(random.pick(LEADERS));
  if (random.chance(rate * 0.5) && line.length > 2) return [];
  if (/[½¼¾⅓⅔⅛]/.test(word.text)) return one(readFraction(word.text, random) ?? '');
  let text = misread(word.text, word.face === 'title' ? rate * 0.5 : rate, random);
  // The serif of a capital is taken for an opening quotation mark.
  if (/^[TAVW]/.test(text) && word.face === 'body' && random.chance(text.startsWith('T') ? 0.34 : 0.02))
    text = `‘${text}`;
  if (/\.$/.test(text) && random.chance(STOP_LOST[word.label] ?? 0.014))
    text = text.replace(/\.$/, random.pick([',', ',', ',', '', ':']));
  else if (/,$/.test(text) && random.chance(0.01)) text = text.replace(/,$/, '.');
  if (/[;:]$/.test(text) && text.length > 3 && random.chance(0.07)) {
    const at = box[0] + (box[2] - box[0]) * (1 - 0.7 / text.length);
    return [
      ...one(text.slice(0, -1), [box[0], box[1], at - 1.5, box[3]]),
      ...one(text.slice(-1), [at, box[1] + 4, box[2], box[3]]),
    ];
  }
  if (text.length > 5 && random.chance(rate * 0.35)) {
    const cut = random.int(2, text.length - 2);
    const at = box[0] + ((box[2] - box[0]) * cut) / text.length;
    return [
      ...one(text.slice(0, cut), [box[0], box[1], at - 1, box[3]]),
      ...one(text.slice(cut), [at, box[1], box[2], box[3]]),
    ];
  }
  return one(text);
}

/** An initial is lost, read together with the rest of its word, or read as dirt. */
function readInitial(
  word: PageWord,
  line: readonly PageWord[],
  box: Box,
  warp: Warp,
  random: Random,
): Reading[] {
  const rest = line[1];
  const make = (text: string, at: Box): Reading => ({
    text,
    box: at,
    label: word.label,
    y: rest?.y ?? word.y,
  });
  if (!rest) return [make(word.text, box)];
  const restBox = inkBox(rest, warp);
  const roll = random.next();
  if (roll < 0.45) return [make(rest.text, restBox)];
  if (roll < 0.8)
    return [make(word.text + rest.text, [box[0], restBox[1], restBox[2], Math.max(restBox[3], box[3] - 8)])];
  return [
    make(random.pick(['[', '‘', 'J', '|', '(', 'a']) + rest.text, [
      box[0] + 4,
      restBox[1],
      restBox[2],
      restBox[3],
    ]),
  ];
}

/** Joins neighbours of one label: "Legg." for "1 egg." often, anything else seldom. */
function merge(read: readonly Reading[], rate: number, random: Random): Reading[] {
  const out: Reading[] = [];
  for (const word of read) {
    const last = out[out.length - 1];
    const near = last && last.label === word.label && last.y === word.y && word.box[0] - last.box[2] < 9;
    const egg = near && /^[1lI]$/.test(last.text) && /^(?:egg|cup|can)/.test(word.text);
    if (near && (egg ? random.chance(word.text.startsWith('egg') ? 0.4 : 0.05) : random.chance(rate * 0.7))) {
      last.text = egg
        ? `${random.pick(['L', 'l', '1', 'L'])}${word.text}`
        : last.text + random.pick(['', '', '.', "'"]) + word.text;
      last.box = [
        last.box[0],
        Math.min(last.box[1], word.box[1]),
        word.box[2],
        Math.max(last.box[3], word.box[3]),
      ];
    } else out.push({ ...word });
  }
  return out;
}

function speckAfter(word: ReadWord, label: DefaultLabel, random: Random): ReadWord {
  const x = word.box[2] + random.between(4, label === 'O' ? 22 : 8);
  const y = random.between(word.box[1], word.box[3] - 3);
  return {
    text: random.pick(SPECKS),
    label,
    box: [x, y, x + random.between(2, 9), y + random.between(2, 9)],
  };
}

function readFigure(figure: Figure, warp: Warp, random: Random): ReadWord[] {
  return Array.from({ length: random.int(0, 6) }, () => {
    const [x, y] = [
      figure.x + random.next() * (figure.width - 30),
      figure.y + random.next() * (figure.height - 16),
    ];
    return {
      text: random.pick(NONSENSE),
      label: 'O' as const,
      box: warpBox(warp, [x, y, x + random.between(5, 28), y + random.between(5, 14)]),
    };
  }).sort((one, other) => one.box[1] - other.box[1]);
}

/** Dirt at the edge of the leaf, read after the page. */
function readMargin(warp: Warp, random: Random): ReadWord[] {
  const right = random.chance(0.6);
  return Array.from({ length: random.int(1, 3) }, () => {
    const x = right ? warp.width - random.between(5, 16) : random.between(0, 5);
    const y = random.between(0.02, 0.95) * warp.height;
    return {
      text: random.pick([...SPECKS, ...NONSENSE]),
      label: 'O' as const,
      box: [x, y, x + random.between(3, 12), y + random.between(4, 22)] as Box,
    };
  });
}

/** Rounded outwards to pixels and cut to the page; null where nothing is left. */
function wholePixels([x0, y0, x1, y1]: Box, { width, height }: Warp): Box | null {
  const box: Box = [
    Math.max(0, Math.floor(x0)),
    Math.max(0, Math.floor(y0)),
    Math.min(width, Math.ceil(x1)),
    Math.min(height, Math.ceil(y1)),
  ];
  return box[2] - box[0] >= 1 && box[3] - box[1] >= 1 ? box : null;
}
