import type { Block } from '../grammar/book.ts';
import { type LabelledWord, labelWords } from '../grammar/spans.ts';
import type { Random } from '../random.ts';
import { type FaceName, widthOf } from './faces.ts';
import { setIngredients } from './ingredients.ts';
import { runWidth, type SetLine, type SetWord, setCentred, setParagraph, setRun } from './lines.ts';

/** Width of the text block, in pixels of a page 500 wide. */
export const MEASURE = 446;
const PITCH = 20.1;
const INDENT = 17;
/** Distance of the dots that lead the eye along a row. */
const LEADER = 19;

const after = (lines: readonly SetLine[], before: number, keepLast = true): SetLine[] =>
  lines.map((line, i) => ({
    ...line,
    before: i === 0 ? before : line.before,
    keep: line.keep && (keepLast || i < lines.length - 1),
  }));
const capitals = (words: readonly LabelledWord[]): LabelledWord[] =>
  words.map(({ text, label }) => ({ text: text.toUpperCase(), label }));
const stopped = (words: readonly LabelledWord[]): LabelledWord[] =>
  words.map((word, i) =>
    i < words.length - 1 || /[.!?]$/.test(word.text) ? word : { ...word, text: `${word.text}.` },
  );
const outside = (text: string) => labelWords(text, 'O');

/** Lines of one block (page breaks and indexes are the paginator's). */
export function setBlock(block: Block, random: Random): SetLine[] {
  switch (block.kind) {
    case 'chapter':
      return [
        ...after(setCentred(outside(`CHAPTER ${block.number}.`), 'caps', MEASURE, 40), 118),
        ...setCentred(stopped(capitals(block.words)), 'chapter', MEASURE * 0.9, 24),
        blank(22),
      ];
    case 'section':
      return after(setCentred(stopped(capitals(block.words)), 'caps', MEASURE, 27), random.between(18, 34));
    case 'heading':
      return after(setCentred(block.words, 'title', MEASURE * 0.95, 25), random.between(14, 28));
    case 'title': {
      const title = setCentred(block.words, 'title', MEASURE * 0.95, random.between(23, 28));
      const below = block.alternative ? setCentred(block.alternative, 'small', MEASURE * 0.9, 22) : [];
      return after([...title, ...below], random.between(12, 30));
    }
    case 'ingredients':
      return [
        ...setIngredients(block.items, MEASURE, random),
        { ...blank(random.between(4, 9)), keep: true },
      ];
    case 'paragraph':
      return block.dropCap
        ? setInitial(block.words)
        : setText(block.words, block.hanging ? 40 : INDENT, block.hanging ? 26 : 0, block.runIn);
    case 'cells':
      return [...after(block.rows.map(setCells), 4, false), { ...blank(8), keep: false }];
    case 'table':
      return setTable(block.head, block.rows, random);
    case 'centred':
      return after(setCentred(block.words, 'body', MEASURE * 0.9, 25), 6, false);
    case 'attribution': {
      const width = runWidth(block.words, 'small');
      return [
        { words: setRun(block.words, 'small', MEASURE - width - 6), height: PITCH, before: 0, keep: false },
      ];
    }
    case 'figure':
      return [
        { words: [], height: block.height + 26, before: 14, keep: true, figure: block.height },
        ...after(setCentred(block.caption, random.chance(0.5) ? 'title' : 'tiny', MEASURE, 24), 0, false),
      ];
    default:
      return [];
  }
}

const blank = (height: number): SetLine => ({ words: [], height, before: 0, keep: true });

function setText(words: readonly LabelledWord[], first: number, left: number, runIn?: number): SetLine[] {
  return setParagraph(words, { face: 'body', width: MEASURE, first, left, pitch: PITCH, runIn });
}

/** The first paragraph of a chapter: an initial two lines deep, the rest of its word in capitals. */
function setInitial(words: readonly LabelledWord[]): SetLine[] {
  const first = words[0].text;
  const initial = first[0];
  const beside = widthOf(initial, 'drop') + 6;
  const text = [
    ...(first.length > 1 ? [{ ...words[0], text: first.slice(1).toUpperCase() }] : []),
    ...words.slice(1),
  ];
  const lines = setParagraph(text, {
    face: 'body',
    width: MEASURE,
    first: beside,
    left: 0,
    indents: [beside, beside],
    pitch: PITCH,
  });
  const drop: SetWord = { text: initial, label: words[0].label, face: 'drop', x: 0, rise: 17 };
  return lines.map((line, i) => (i === 0 ? { ...line, words: [drop, ...line.words], keep: true } : line));
}

/** A row of short pieces spread over the measure: dishes of a menu, figures of an analysis. */
function setCells(cells: readonly (readonly LabelledWord[])[]): SetLine {
  const face: FaceName = 'small';
  const widths = cells.map((cell) => runWidth(cell, face));
  const gap = Math.min(
    40,
    Math.max(8, (MEASURE - widths.reduce((sum, width) => sum + width, 0)) / (cells.length + 1)),
  );
  let x = Math.max(
    0,
    (MEASURE - widths.reduce((sum, width) => sum + width, 0) - gap * (cells.length - 1)) / 2,
  );
  const words: SetWord[] = [];
  for (const [i, cell] of cells.entries()) {
    words.push(...setRun(cell, face, x));
    x += widths[i] + gap;
  }
  return { words, height: 18.2, before: 0, keep: false };
}

function setTable(head: readonly string[], rows: readonly (readonly string[])[], random: Random): SetLine[] {
  const face: FaceName = rows.some((row) => row.length > 2) || random.chance(0.5) ? 'small' : 'tiny';
  const pitch = face === 'small' ? 18 : 15.6;
  const columns = Math.max(head.length, ...rows.map((row) => row.length));
  const edges = Array.from({ length: columns }, (_, i) =>
    i === 0 ? 0 : MEASURE * (columns === 2 ? 0.66 : 0.5 + (0.5 * i) / columns) - (columns > 2 ? 40 : 0),
  );
  const leaders = random.chance(0.6);
  const set = (cells: readonly string[], dots: boolean): SetLine => {
    const words: SetWord[] = [];
    for (const [i, cell] of cells.entries()) {
      if (!cell) continue;
      const run = setRun(outside(cell), i === 0 ? face : face, 0);
      const width = runWidth(outside(cell), face);
      const last = i === cells.length - 1 && columns === 2;
      const x = i === 0 ? 0 : last && width < 60 ? MEASURE - width - 4 : edges[i];
      if (i === 1 && dots) {
        const end =
          words.length > 0 ? Math.max(...words.map((word) => word.x + widthOf(word.text, word.face))) : 0;
        for (let dot = Math.ceil((end + 10) / LEADER) * LEADER; dot < x - 8; dot += LEADER)
          words.push({ text: '.', label: 'O', face, x: dot });
      }
      words.push(...run.map((word) => ({ ...word, x: word.x + x })));
    }
    return { words, height: pitch, before: 0, keep: false };
  };
  const header = head.length > 0 ? [{ ...set(head, false), keep: true }] : [];
  return [...header, ...rows.map((row) => set(row, leaders))];
}

/** One column of an index, entries broken with a hanging indent. */
export function setIndexColumn(
  entries: readonly { readonly text: string; readonly level: number }[],
  width: number,
): SetLine[] {
  return entries.flatMap(({ text, level }) =>
    setParagraph(outside(text), {
      face: 'tiny',
      width,
      first: level * 24,
      left: 24 + level * 24,
      pitch: 15.4,
      justified: false,
    }).map((line) => ({ ...line, keep: false })),
  );
}
