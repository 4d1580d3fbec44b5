import { type Block, backMatter, bookBlocks, bookName } from '../grammar/book.ts';
import { labelWords } from '../grammar/spans.ts';
import { Random } from '../random.ts';
import { MEASURE, setBlock, setIndexColumn } from './blocks.ts';
import { type FaceName, widthOf } from './faces.ts';
import { runWidth, type SetLine, type SetWord, setRun } from './lines.ts';

/** A word on its page: x from the left edge of the text block, y of its baseline from the first line's. */
export interface PageWord extends SetWord {
  readonly y: number;
}

export interface Figure {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A page set in type, in pixels of a page 500 wide: words in reading order, line by line. */
export interface SetPage {
  readonly pageNum: number;
  readonly lines: readonly (readonly PageWord[])[];
  readonly figures: readonly Figure[];
}

/** Depth of the text block under the running head. */
export const DEPTH = 784;
const HEAD_RISE = 37;
const SIGNATURE_EVERY = 16;

/** Sets the first `pages` pages of the book of this seed; the last few of a longer book are its index. */
export function setBook(seed: number, pages: number): SetPage[] {
  const index = pages >= 40 ? Math.round(pages * 0.05) : pages >= 12 ? 1 : 0;
  const front = collect(bookBlocks(seed, pages), new Paginator(seed, 1), pages - index);
  const back =
    index > 0 ? collect(backMatter(seed, pages), new Paginator(seed, pages - index + 1), index) : [];
  return [...front, ...back];
}

function collect(blocks: Iterable<Block>, paginator: Paginator, pages: number): SetPage[] {
  for (const block of blocks) {
    paginator.add(block);
    if (paginator.done.length >= pages) break;
  }
  paginator.finish();
  return paginator.done.slice(0, pages);
}

class Paginator {
  readonly done: SetPage[] = [];
  readonly #seed: number;
  readonly #first: number;
  readonly #random: Random;
  #head = '';
  #plain = false;
  #lines: PageWord[][] = [];
  #figures: Figure[] = [];
  #y = 0;
  #pending: SetLine[] = [];

  constructor(seed: number, first: number) {
    this.#seed = seed;
    this.#first = first;
    this.#random = new Random(seed, 'typeset', first);
  }

  add(block: Block): void {
    if (block.kind === 'page-break' || block.kind === 'chapter') {
      this.finish();
      this.#head = block.head;
      this.#plain = block.kind === 'page-break' && block.plain === true;
    }
    if (block.kind === 'index') this.#index(block.entries);
    else for (const line of setBlock(block, this.#random)) this.#line(line);
  }

  /** Ends the page that is open, if anything is on it. */
  finish(): void {
    this.#flush();
    // A leaf for two or three last lines is not worth printing: the text ends with the page before.
    if (this.#lines.length <= 3 && this.done.length > 0 && !this.#plain) this.#lines = [];
    if (this.#lines.length > 0) this.#turn();
  }

  /** Lines that keep with the next wait until the chain ends, then go to the page together. */
  #line(line: SetLine): void {
    this.#pending.push(line);
    if (!line.keep) this.#flush();
  }

  #flush(): void {
    const chain = this.#pending;
    this.#pending = [];
    if (chain.length === 0) return;
    const height = chain.reduce((sum, line) => sum + line.before + line.height, 0);
    if (this.#y > 0 && this.#y + height - 8 > DEPTH) this.#turn();
    for (const line of chain) {
      if (this.#y + line.height > DEPTH + 30 && this.#lines.length > 0) this.#turn();
      const tall = line.before > 60;
      this.#y += this.#lines.length > 0 || tall ? line.before : 0;
      if (line.figure)
        this.#figures.push({
          x: MEASURE * 0.08,
          y: this.#y - 12,
          width: MEASURE * 0.84,
          height: line.figure,
        });
      const y = this.#y;
      if (line.words.length > 0)
        this.#lines.push(line.words.map((word) => ({ ...word, y: y + (word.rise ?? 0) })));
      this.#y += line.height;
    }
  }

  #turn(): void {
    const pageNum = this.#first + this.done.length;
    const signature: PageWord[][] =
      pageNum % SIGNATURE_EVERY === 1 && pageNum > 1
        ? [[plainWord(`${Math.ceil(pageNum / SIGNATURE_EVERY)}`, 'tiny', MEASURE * 0.48, DEPTH + 16)]]
        : [];
    const head = this.#plain ? [] : [this.#runningHead(pageNum)];
    this.done.push({ pageNum, lines: [...head, ...this.#lines, ...signature], figures: this.#figures });
    this.#lines = [];
    this.#figures = [];
    this.#y = 0;
  }

  #runningHead(pageNum: number): PageWord[] {
    const left = pageNum % 2 === 0;
    const name = (left ? bookName(this.#seed) : this.#head || bookName(this.#seed)).toUpperCase();
    const text = name.endsWith('.') ? name : `${name}.`;
    const words = labelWords(text, 'O');
    const title = setRun(words, 'head', (MEASURE - runWidth(words, 'head')) / 2 + (left ? 4 : -4));
    const number = `${pageNum}`;
    const folio: SetWord = {
      text: number,
      label: 'O',
      face: 'folio',
      x: left ? 0 : MEASURE - widthOf(number, 'folio'),
    };
    return (left ? [folio, ...title] : [...title, folio]).map((word) => ({ ...word, y: -HEAD_RISE }));
  }

  /** Two columns a page, read down each column or straight across, as scanners' software does both. */
  #index(entries: readonly { readonly text: string; readonly level: number }[]): void {
    const width = MEASURE * 0.475;
    const second = MEASURE * 0.525;
    let column: SetLine[] = setIndexColumn(entries, width);
    while (column.length > 0) {
      const perColumn = Math.floor(DEPTH / column[0].height);
      const left = column.slice(0, perColumn);
      const right = column.slice(perColumn, 2 * perColumn);
      column = column.slice(2 * perColumn);
      const at = (line: SetLine, i: number, x: number) =>
        line.words.map((word) => ({ ...word, x: word.x + x, y: i * line.height }));
      if (this.#random.chance(0.5))
        this.#lines.push(
          ...left.map((line, i) => at(line, i, 0)),
          ...right.map((line, i) => at(line, i, second)),
        );
      else
        this.#lines.push(
          ...left.map((line, i) => [...at(line, i, 0), ...(right[i] ? at(right[i], i, second) : [])]),
        );
      this.#turn();
    }
  }
}

const plainWord = (text: string, face: FaceName, x: number, y: number): PageWord => ({
  text,
  label: 'O',
  face,
  x,
  y,
});
