import type { DefaultLabel } from '../../labels/labels.ts';
import type { LabelledWord } from '../grammar/spans.ts';
import { type FaceName, widthOf } from './faces.ts';
import { breakPoints } from './hyphenate.ts';

/** A word set in a line; x in pixels from the left edge of the text block. */
export interface SetWord {
  readonly text: string;
  readonly label: DefaultLabel;
  readonly face: FaceName;
  readonly x: number;
  /** Baseline over (negative) or under the line's own, for initials. */
  readonly rise?: number;
}

/** One printed line, or a picture. */
export interface SetLine {
  readonly words: readonly SetWord[];
  /** Distance to the next baseline. */
  readonly height: number;
  /** Space above, left out at the top of a page. */
  readonly before: number;
  /** Must stand on one page with the line after it. */
  readonly keep: boolean;
  /** Height of a picture that fills the line. */
  readonly figure?: number;
}

export interface ParagraphStyle {
  readonly face: FaceName;
  readonly width: number;
  /** Left edge of the first line, and of the others. */
  readonly first: number;
  readonly left: number;
  readonly pitch: number;
  /** Left edge line by line instead of `left`, for lines beside an initial. */
  readonly indents?: readonly number[];
  /** Words at the start that are set in italics. */
  readonly runIn?: number;
  readonly justified?: boolean;
}

interface Piece {
  readonly text: string;
  readonly label: DefaultLabel;
  readonly face: FaceName;
  readonly width: number;
}

const spaceAfter = (text: string, space: number) =>
  /[.!?]["”)]?$/.test(text) && !/^(?:\p{Lu}|Mrs|Mr|Dr|lbs?|oz|p)\.$/u.test(text) ? space * 1.9 : space;

/** Breaks words into justified lines, dividing a word where the line would gape. */
export function setParagraph(words: readonly LabelledWord[], style: ParagraphStyle): SetLine[] {
  const space = widthOf('n', style.face) * 0.62;
  const queue: Piece[] = words.map((word, i) =>
    piece(word, i < (style.runIn ?? 0) && style.face === 'body' ? 'italic' : style.face),
  );
  const lines: SetLine[] = [];
  while (queue.length > 0) {
    const left = lines.length === 0 ? style.first : (style.indents?.[lines.length] ?? style.left);
    const room = style.width - left;
    const line: Piece[] = [];
    let used = 0;
    while (queue.length > 0) {
      const gap = line.length > 0 ? spaceAfter(line[line.length - 1].text, space) : 0;
      const next = queue[0];
      if (used + gap + next.width <= room + space * 0.25 * line.length) {
        used += gap + next.width;
        line.push(next);
        queue.shift();
        continue;
      }
      const divided = divide(next, room - used - gap + space * 0.2 * line.length, space, line.length);
      if (divided) {
        line.push(divided[0]);
        queue[0] = divided[1];
      } else if (line.length === 0) line.push(queue.shift() as Piece);
      break;
    }
    const last = queue.length === 0;
    lines.push({
      words: place(line, left, room, space, !last && style.justified !== false),
      height: style.pitch,
      before: 0,
      keep: lines.length === 0 && !last,
    });
  }
  // No page begins with the last line of a paragraph.
  if (lines.length > 2) lines[lines.length - 2] = { ...lines[lines.length - 2], keep: true };
  return lines;
}

function piece({ text, label }: LabelledWord, face: FaceName): Piece {
  return { text, label, face, width: widthOf(text, face) };
}

/** The longest first part of a word that fits `room`, unless so little room is left that the line is full as it is. */
function divide(word: Piece, room: number, space: number, before: number): [Piece, Piece] | null {
  if (before > 0 && room < space * 6.5) return null;
  for (const at of breakPoints(word.text).reverse()) {
    const head = word.text.slice(0, at);
    const first = piece({ text: head.endsWith('-') ? head : `${head}-`, label: word.label }, word.face);
    if (first.width <= room)
      return [first, piece({ text: word.text.slice(at), label: word.label }, word.face)];
  }
  return null;
}

function place(
  line: readonly Piece[],
  left: number,
  room: number,
  space: number,
  justified: boolean,
): SetWord[] {
  const gaps = line.map((item, i) => (i < line.length - 1 ? spaceAfter(item.text, space) : 0));
  const natural = line.reduce((sum, item, i) => sum + item.width + gaps[i], 0);
  const total = gaps.reduce((sum, gap) => sum + gap, 0);
  // The last line is not stretched, but closed up like any other where it is too long.
  const stretch =
    total > 0 && (justified || (room > 0 && natural > room))
      ? Math.max(0.5, 1 + (room - natural) / total)
      : 1;
  let x = left;
  return line.map(({ text, label, face, width }, i) => {
    const word = { text, label, face, x };
    x += width + gaps[i] * stretch;
    return word;
  });
}

/** Words side by side from `x` on. */
export function setRun(words: readonly LabelledWord[], face: FaceName, x: number): SetWord[] {
  return place(
    words.map((word) => piece(word, face)),
    x,
    0,
    widthOf('n', face) * 0.62,
    false,
  );
}

/** Width of words set side by side. */
export function runWidth(words: readonly LabelledWord[], face: FaceName): number {
  const set = setRun(words, face, 0);
  const last = set[set.length - 1];
  return last ? last.x + widthOf(last.text, face) : 0;
}

/** Words broken to lines that fit `width`, each centred in `width` from `left` on. */
export function setCentred(
  words: readonly LabelledWord[],
  face: FaceName,
  width: number,
  pitch: number,
  left = 0,
): SetLine[] {
  const lines: SetLine[] = [];
  let rest = [...words];
  while (rest.length > 0) {
    let take = rest.length;
    while (take > 1 && runWidth(rest.slice(0, take), face) > width) take--;
    const run = rest.slice(0, take);
    rest = rest.slice(take);
    lines.push({
      words: setRun(run, face, left + (width - runWidth(run, face)) / 2),
      height: pitch,
      before: 0,
      keep: true,
    });
  }
  return lines;
}
