import type { LabelledWord } from '../grammar/spans.ts';
import type { Random } from '../random.ts';
import { runWidth, type SetLine, type SetWord, setRun } from './lines.ts';

const PITCH = 17.6;
const FACE = 'small';
/** Indent of a line that an item runs over to. */
const OVERHANG = 28;

type Item = readonly LabelledWord[];

/** How one recipe's list is set. */
export type ListLayout = 'two-columns' | 'centred' | 'one-column';

/**
 * The ingredient list of a recipe: most in two columns under each other, the odd item centred below, the whole block
 * centred; short lists centred line by line. The words of a row come left column first, as they are read.
 */
export function setIngredients(items: readonly Item[], width: number, random: Random): SetLine[] {
  const layout: ListLayout =
    items.length < 2 || random.chance(0.07)
      ? 'centred'
      : items.length < 7 && random.chance(0.04)
        ? 'one-column'
        : 'two-columns';
  if (layout === 'centred') return items.flatMap((item) => wrapCentred(item, width * 0.9, width));
  if (layout === 'one-column') {
    const widest = Math.min(width * 0.9, Math.max(...items.map((item) => runWidth(item, FACE))));
    return items
      .flatMap((item) => wrap(item, widest))
      .map((run) => row([setRun(run.words, FACE, (width - widest) / 2 + run.indent)]));
  }
  return twoColumns(items, width, random);
}

interface Run {
  readonly words: Item;
  readonly indent: number;
}

function twoColumns(items: readonly Item[], width: number, random: Random): SetLine[] {
  const odd = items.length % 2 === 1 && (items.length === 3 || random.chance(0.75));
  const paired = odd ? items.slice(0, -1) : items;
  const half = Math.ceil(paired.length / 2);
  const limit = width * 0.465;
  const left = paired.slice(0, half).flatMap((item) => wrap(item, limit));
  const right = paired.slice(half).flatMap((item) => wrap(item, limit));
  const widest = (runs: readonly Run[]) =>
    Math.max(0, ...runs.map((run) => run.indent + runWidth(run.words, FACE)));
  const [leftWidth, rightWidth] = [widest(left), widest(right)];
  const gap = Math.min(width - leftWidth - rightWidth, Math.max(14, random.between(0.1, 0.24) * width));
  const start = Math.max(0, (width - leftWidth - gap - rightWidth) / 2);
  const second = start + leftWidth + gap;
  const lines: SetLine[] = [];
  const leftAt = (i: number) => (left[i] ? setRun(left[i].words, FACE, start + left[i].indent) : []);
  const rightAt = (i: number) => (right[i] ? setRun(right[i].words, FACE, second + right[i].indent) : []);
  // Recognition reads some lists down one column, then down the other: the right column's words then follow the left's
  // last line, each as far up as it stands.
  const downColumns = left.length > 1 && right.length <= left.length && random.chance(0.1);
  for (let i = 0; i < Math.max(left.length, right.length); i++)
    if (!downColumns) lines.push(row([leftAt(i), rightAt(i)]));
    else if (i < left.length - 1) lines.push(row([leftAt(i)]));
    else {
      const raised = right.flatMap((_, j) => rightAt(j).map((word) => ({ ...word, rise: (j - i) * PITCH })));
      lines.push(row([leftAt(i), raised]));
    }
  if (odd) lines.push(...wrapCentred(items[items.length - 1], width * 0.8, width));
  return lines;
}

const row = (columns: readonly SetWord[][]): SetLine => ({
  words: columns.flat(),
  height: PITCH,
  before: 0,
  keep: true,
});

function wrap(item: Item, limit: number): Run[] {
  const runs: Run[] = [];
  let rest = [...item];
  while (rest.length > 0) {
    const indent = runs.length === 0 ? 0 : OVERHANG;
    let take = rest.length;
    while (take > 1 && indent + runWidth(rest.slice(0, take), FACE) > limit) take--;
    runs.push({ words: rest.slice(0, take), indent });
    rest = rest.slice(take);
  }
  return runs;
}

function wrapCentred(item: Item, limit: number, width: number): SetLine[] {
  return wrap(item, limit).map(({ words }) =>
    row([setRun(words, FACE, (width - runWidth(words, FACE)) / 2)]),
  );
}
