import { GalleyError } from '../errors/galley-error.ts';
import { BOX_SCALE, type Box } from '../page/page.ts';
import { BOUNDS } from './bounds.ts';

/** How far outside the page a box may reach, of that side, before it counts as a mistake. */
const OVERHANG = 0.02;
/** Share of such boxes from which the page is refused: its size or the unit of its boxes is wrong. */
const TOO_MANY_OUTSIDE = 0.05;
/** Decimal fractions are not exact in binary: a box that was written from a whole number comes back as it. */
const ROUNDING = 1e-6;

/** Words of one page as a reader comes across them. */
export interface ReadWords {
  readonly words: readonly string[];
  readonly bboxes: readonly Box[];
  readonly labels?: readonly (string | null)[];
  readonly confidences?: readonly (number | null)[];
}

/** What is known of a word beside its text and box. */
export interface WordFacts {
  readonly label?: string | null;
  /** 0..1 */
  readonly confidence?: number | null;
  /** The exact box 0..1000, where the file has it beside a rounded one. */
  readonly exact?: Box | null;
}

/** Collects the words of a page, its bounds checked as they come. `width` and `height` are in the unit of the boxes. */
export class PageBuilder {
  readonly #width: number;
  readonly #height: number;
  readonly #where: string;
  readonly #words: string[] = [];
  readonly #bboxes: Box[] = [];
  readonly #labels: (string | null)[] = [];
  readonly #confidences: (number | null)[] = [];
  #outside = 0;
  #inverted = 0;

  /** @throws GalleyError `invalid-data` for a size no page has */
  constructor(width: number, height: number, where: string) {
    for (const side of [width, height])
      if (!(side > 0 && side <= BOUNDS.pageSide))
        throw new GalleyError(
          'invalid-data',
          `expected a page of 1 to ${BOUNDS.pageSide} a side, found ${width} x ${height}`,
          { where },
        );
    this.#width = width;
    this.#height = height;
    this.#where = where;
  }

  get length(): number {
    return this.#words.length;
  }

  /** Adds a word; one without any text is passed over. @throws GalleyError `invalid-data` */
  add(text: string, box: readonly number[], facts: WordFacts = {}): void {
    const word = text.trim();
    if (word === '') return;
    const where = this.#where;
    if (this.#words.length >= BOUNDS.wordsPerPage)
      throw new GalleyError('invalid-data', `there are more than ${BOUNDS.wordsPerPage} words on the page`, {
        where,
      });
    if (word.length > BOUNDS.wordLength)
      throw new GalleyError('invalid-data', `a word has ${word.length} characters`, { where });
    if (box.length !== 4 || !box.every((value) => Number.isFinite(value)))
      throw new GalleyError('invalid-data', `expected a box of 4 numbers, found [${box.slice(0, 6)}]`, {
        where: `${where}, word ${this.#words.length} ("${word.slice(0, 40)}")`,
      });
    this.#words.push(word);
    this.#bboxes.push(facts.exact && isBox(facts.exact) ? facts.exact : this.#normalised(box));
    this.#labels.push(facts.label ? facts.label.slice(0, BOUNDS.labelLength) : null);
    const { confidence } = facts;
    this.#confidences.push(
      typeof confidence === 'number' && Number.isFinite(confidence) ? clamp(confidence, 1) : null,
    );
  }

  #normalised([left, top, right, bottom]: readonly number[]): Box {
    if (left > right || top > bottom) this.#inverted++;
    const [x0, x1] = left <= right ? [left, right] : [right, left];
    const [y0, y1] = top <= bottom ? [top, bottom] : [bottom, top];
    const [dx, dy] = [Math.max(2, OVERHANG * this.#width), Math.max(2, OVERHANG * this.#height)];
    if (x0 < -dx || y0 < -dy || x1 > this.#width + dx || y1 > this.#height + dy) this.#outside++;
    const at = (value: number, side: number) =>
      clamp(Math.trunc((BOX_SCALE * value) / side + ROUNDING), BOX_SCALE);
    return [at(x0, this.#width), at(y0, this.#height), at(x1, this.#width), at(y1, this.#height)];
  }

  /**
   * The page's words. Boxes are 0..1000, cut off as LayoutLM's preprocessing does and clamped to the page.
   * @throws GalleyError `invalid-data` where more than one box in twenty is outside the page
   */
  finish(onNotice: (message: string) => void): ReadWords {
    if (this.#outside > TOO_MANY_OUTSIDE * this.#words.length)
      throw new GalleyError(
        'invalid-data',
        `${this.#outside} of ${this.#words.length} boxes are outside the page of ${this.#width} x ${this.#height}`,
        { where: this.#where },
      );
    if (this.#outside > 0)
      onNotice(`${this.#where}: ${this.#outside} boxes reach over the edge of the page and are cut there`);
    if (this.#inverted > 0)
      onNotice(`${this.#where}: ${this.#inverted} boxes have their corners the wrong way round`);
    return {
      words: this.#words,
      bboxes: this.#bboxes,
      ...(this.#labels.some((label) => label !== null) ? { labels: this.#labels } : {}),
      ...(this.#confidences.some((c) => c !== null) ? { confidences: this.#confidences } : {}),
    };
  }
}

const clamp = (value: number, most: number) => Math.min(most, Math.max(0, value));

function isBox(box: readonly number[]): boolean {
  return (
    box.length === 4 &&
    box.every((value) => Number.isInteger(value) && value >= 0 && value <= BOX_SCALE) &&
    box[0] <= box[2] &&
    box[1] <= box[3]
  );
}

/**
 * The words of a line that is read as a whole, each with the part of the line's box its letters take (a space counts
 * as one): good enough to label, and said so in a notice.
 */
export function splitLine(text: string, [x0, y0, x1, y1]: readonly number[]): { word: string; box: Box }[] {
  const words = text.trim().split(/\s+/u).filter(Boolean);
  const total = words.reduce((sum, word) => sum + word.length, 0) + Math.max(0, words.length - 1);
  let before = 0;
  return words.map((word) => {
    const left = x0 + ((x1 - x0) * before) / total;
    const right = x0 + ((x1 - x0) * (before + word.length)) / total;
    before += word.length + 1;
    return { word, box: [left, y0, right, y1] };
  });
}
