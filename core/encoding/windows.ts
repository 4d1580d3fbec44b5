import { GalleyError } from '../errors/galley-error.ts';
import { unionBox } from '../page/coordinates.ts';
import { BOX_SCALE, type Box, type Page } from '../page/page.ts';
import type { Tokenizer } from './tokenizer.ts';
import { defaultStride, ownersOf, windowSpans } from './window-spans.ts';

/** Label of positions the loss does not look at. */
export const IGNORED_LABEL = -100;

/** Which piece of a word carries its label: transformers v5's rule (the first) or v4's (by offsets). */
type LabelRule = 'v5' | 'v4';

export interface EncodeOptions {
  /** Pieces a window holds, <s> and </s> included. Default: the tokenizer's model_max_length (512). */
  readonly maxLength?: number;
  /** Pieces that neighbouring windows share. Default 128, or a quarter of a shorter window. */
  readonly stride?: number;
  /**
   * Line id of each word: boxes become the union box of the word's line (segment boxes), as in LayoutLMv3's
   * pre-training. Null or absent: word boxes. Words with id -1 keep their own box.
   */
  readonly lines?: readonly number[] | null;
  /** Default 'v5'. */
  readonly labelRule?: LabelRule;
  /**
   * How many of the page's `precedingWords` stand ahead of the first window, as `<s>` words `</s>` page `</s>`: boxes on
   * the page's upper edge, never labelled. None by default.
   */
  readonly contextWords?: number;
  /**
   * 'once' (default): a word is labelled in one window only, the one {@link mergeWindows} reads it from, so
   * that overlaps do not count twice. 'every': in every window that holds it, as transformers does.
   */
  readonly overlapLabels?: 'once' | 'every';
}

/**
 * A stretch of a page as the model reads it, T = `length` positions without padding:
 * `<s>`, pieces, `</s>`. The attention mask is all ones.
 */
export interface EncodedWindow {
  readonly length: number;
  /** [T] */
  readonly inputIds: Int32Array;
  /** [T, 4], 0..1000. */
  readonly bbox: Int32Array;
  /** [T], -100 where the loss does not look. All -100 for a page without labels. */
  readonly labels: Int32Array;
  /** [T], word of each piece, -1 for specials. */
  readonly wordIndex: Int32Array;
  /** Positions whose label counts; a window with none must not be trained on alone (0/0 loss). */
  readonly labelled: number;
  /** [words it holds the first piece of][word, position of that piece] which {@link mergeWindows} reads here. */
  readonly heads: Int32Array;
}

/** Pieces of all words of a page in a row. */
interface PieceRun {
  readonly ids: number[];
  readonly words: number[];
  /** First piece of each word, or -1 for a word without pieces. */
  readonly heads: Int32Array;
  /** Per piece, v4 rule only: offset start, and whether the offset is (0, 0). */
  readonly starts: number[];
  readonly empty: boolean[];
}

function piecesOf(page: Page, tokenizer: Tokenizer, rule: LabelRule): PieceRun {
  const run: PieceRun = {
    ids: [],
    words: [],
    heads: new Int32Array(page.words.length).fill(-1),
    starts: [],
    empty: [],
  };
  for (const [word, text] of page.words.entries()) {
    const offsets = rule === 'v4' ? tokenizer.encodeWordWithOffsets(text) : null;
    const ids = offsets?.ids ?? tokenizer.encodeWord(text);
    if (ids.length > 0) run.heads[word] = run.ids.length;
    for (const [i, id] of ids.entries()) {
      run.ids.push(id);
      run.words.push(word);
      if (offsets) {
        run.starts.push(offsets.starts[i]);
        run.empty.push(offsets.starts[i] === 0 && offsets.ends[i] === 0);
      }
    }
  }
  return run;
}

/** Union box of each word's line; words with line -1 keep their own. */
export function lineBoxes(boxes: readonly Box[], lines: readonly number[]): Box[] {
  if (lines.length !== boxes.length)
    throw new GalleyError(
      'mismatch',
      `expected one line id per word, found ${lines.length} for ${boxes.length}`,
    );
  const members = new Map<number, Box[]>();
  for (const [word, line] of lines.entries()) {
    if (line < 0) continue;
    const list = members.get(line);
    if (list) list.push(boxes[word]);
    else members.set(line, [boxes[word]]);
  }
  const union = new Map([...members].map(([line, list]) => [line, unionBox(list)]));
  return boxes.map((box, word) => union.get(lines[word]) ?? box);
}

/**
 * Turns a page into overlapping windows. Every word with text is whole or cut in some window; none is dropped.
 * Words without pieces (empty strings) take no position, as in transformers; see {@link mergeWindows}.
 * A page without pieces gives one window of `<s> </s>`.
 * @param labels label id per word (-100: not scored), or null for prediction
 * @throws GalleyError `usage` for impossible lengths, `mismatch` for lists of other lengths than the words
 */
export function encodePage(
  page: Page,
  labels: readonly number[] | null,
  tokenizer: Tokenizer,
  options: EncodeOptions = {},
): EncodedWindow[] {
  const { spec, ids: special } = tokenizer;
  const maxLength = options.maxLength ?? spec.modelMaxLength;
  const stride = options.stride ?? defaultStride(maxLength);
  const rule = options.labelRule ?? 'v5';
  const once = (options.overlapLabels ?? 'once') === 'once';
  const where = `page ${page.pageNum}`;
  for (const [what, list] of [
    ['box', page.bboxes],
    ['label', labels],
  ] as const)
    if (list && list.length !== page.words.length)
      throw new GalleyError(
        'mismatch',
        `expected one ${what} per word, found ${list.length} for ${page.words.length} words`,
        { where },
      );
  const boxes = options.lines ? lineBoxes(page.bboxes, options.lines) : page.bboxes;
  const run = piecesOf(page, tokenizer, rule);
  const context = contextPieces(
    page,
    tokenizer,
    options.contextWords ?? 0,
    Math.min(maxLength * CONTEXT_SHARE, maxLength - 3 - stride),
  );
  const spans = windowSpans(run.ids.length, maxLength - context.length, stride);
  const owners = ownersOf(run.heads, spans, run.ids.length);

  return spans.map(([start, end], w) => {
    const ahead = w === 0 ? context.length : 0;
    const length = ahead + end - start + 2;
    const inputIds = new Int32Array(length);
    const bbox = new Int32Array(length * 4);
    const labelIds = new Int32Array(length).fill(IGNORED_LABEL);
    const wordIndex = new Int32Array(length).fill(-1);
    const heads: number[] = [];
    inputIds[0] = special.cls;
    bbox.set(spec.clsBox, 0);
    for (let i = 0; i < ahead; i++) {
      inputIds[i + 1] = context[i];
      bbox.set(CONTEXT_BOX, (i + 1) * 4);
    }
    inputIds[length - 1] = special.sep;
    bbox.set(spec.sepBox, (length - 1) * 4);
    let labelled = 0;
    let previousEmpty = false;
    for (let piece = start; piece < end; piece++) {
      const at = ahead + piece - start + 1;
      const word = run.words[piece];
      inputIds[at] = run.ids[piece];
      bbox.set(boxes[word], at * 4);
      wordIndex[at] = word;
      if (run.heads[word] === piece && owners[word] === w) heads.push(word, at);
      let carries: boolean;
      if (!spec.onlyLabelFirstSubword) carries = true;
      else if (rule === 'v5') carries = piece === start || run.words[piece - 1] !== word;
      else carries = run.starts[piece] === 0 && !previousEmpty;
      if (rule === 'v4') previousEmpty = run.empty[piece];
      if (once && owners[word] !== w) carries = false;
      if (!labels || !carries) continue;
      labelIds[at] = labels[word];
      if (labels[word] !== IGNORED_LABEL) labelled++;
    }
    return { length, inputIds, bbox, labels: labelIds, wordIndex, labelled, heads: Int32Array.from(heads) };
  });
}

/** Where the words of the page before stand: on the upper edge of the page. */
const CONTEXT_BOX: Box = [0, 0, BOX_SCALE, 0];
/** Share of a window that may go to the page before. */
const CONTEXT_SHARE = 0.25;

/** The last pieces of the page before and the `</s>` that ends them; empty where there are none. */
function contextPieces(page: Page, tokenizer: Tokenizer, words: number, room: number): number[] {
  const before = words > 0 ? (page.precedingWords ?? []).slice(-words) : [];
  const pieces = before.flatMap((word) => [...tokenizer.encodeWord(word)]);
  const most = Math.floor(room) - 1;
  if (pieces.length === 0 || most < 1) return [];
  return [...pieces.slice(-most), tokenizer.ids.sep];
}

/** One row per word, read from the window that sees most around it. */
export interface MergedWords {
  /** [words, C] row-major. */
  readonly logits: Float32Array;
  /** 1 where the word had pieces of its own; 0 where its row is a neighbour's. */
  readonly own: Uint8Array;
}

/**
 * Logits of windows back to one row per word: the row of the word's first piece, in the window in which that
 * piece lies farthest from a cut. A word without pieces (empty text) takes the row of the nearest word before
 * it, or else after it; on a page without any pieces rows are zero (every label equally likely).
 * @param windowLogits one [T, C] row-major array per window (longer arrays, padded to a batch, are fine)
 */
export function mergeWindows(
  windows: readonly EncodedWindow[],
  windowLogits: readonly (Float32Array | readonly number[])[],
  wordCount: number,
  labelCount: number,
): MergedWords {
  if (windows.length !== windowLogits.length)
    throw new GalleyError(
      'mismatch',
      `expected logits of ${windows.length} windows, found ${windowLogits.length}`,
    );
  const logits = new Float32Array(wordCount * labelCount);
  const own = new Uint8Array(wordCount);
  for (const [w, window] of windows.entries()) {
    const rows = windowLogits[w];
    if (rows.length < window.length * labelCount)
      throw new GalleyError(
        'mismatch',
        `window ${w}: expected logits [${window.length}, ${labelCount}], found ${rows.length} numbers`,
      );
    for (let i = 0; i < window.heads.length; i += 2) {
      const word = window.heads[i];
      const from = window.heads[i + 1] * labelCount;
      for (let c = 0; c < labelCount; c++) logits[word * labelCount + c] = rows[from + c];
      own[word] = 1;
    }
  }
  const copyRow = (from: number, to: number) =>
    logits.copyWithin(to * labelCount, from * labelCount, (from + 1) * labelCount);
  let last = own.indexOf(1);
  if (last >= 0) {
    for (let word = 0; word < last; word++) copyRow(last, word);
    for (let word = last; word < wordCount; word++) {
      if (own[word]) last = word;
      else copyRow(last, word);
    }
  }
  return { logits, own };
}
