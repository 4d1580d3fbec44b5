import { GalleyError } from '../errors/galley-error.ts';
import { BYTE_TO_CHAR, preTokens, toByteChars, withPrefixSpace } from './byte-level.ts';
import { SPECIALS, type SpecialNames, specialAddedTokens } from './special-tokens.ts';
import { Tokenizer } from './tokenizer.ts';

export interface BpeTrainingOptions {
  /** Entries of the vocabulary, the 5 specials and 256 bytes included. */
  readonly vocabSize: number;
  /** Pairs seen less often are not merged. Default 2. */
  readonly minFrequency?: number;
}

/** One kind of pre-token: its pieces so far and how often it occurs. */
interface WordType {
  readonly pieces: number[];
  readonly count: number;
}

interface Pair {
  readonly left: number;
  readonly right: number;
  count: number;
  /** Word types it may occur in (a superset: some may have lost it since). */
  readonly types: Set<number>;
}

const pairKey = (left: number, right: number) => left * 0x4000000 + right;

/** Pre-tokens of the words with their counts, in order of first appearance. */
function countPreTokens(words: Iterable<string>): Map<string, number> {
  const perWord = new Map<string, number>();
  for (const word of words) if (word !== '') perWord.set(word, (perWord.get(word) ?? 0) + 1);
  const counts = new Map<string, number>();
  for (const [word, count] of perWord)
    for (const preToken of preTokens(withPrefixSpace(word))) {
      const chars = toByteChars(preToken);
      counts.set(chars, (counts.get(chars) ?? 0) + count);
    }
  return counts;
}

/** More frequent pairs first; ties by the older left piece, then the older right one, as in HF's trainer. */
const better = (a: Pair, b: Pair) =>
  a.count !== b.count ? a.count > b.count : a.left !== b.left ? a.left < b.left : a.right < b.right;

/**
 * Trains RoBERTa's kind of byte-level BPE: `<s> <pad> </s> <unk>`, the 256 bytes, merges by frequency, `<mask>`
 * last. The same words in any order give the same merges. Fewer entries result where the words run out of pairs.
 * @throws GalleyError `usage` for a vocabulary without room for specials and bytes, or no words
 */
export function trainBpe(words: Iterable<string>, options: BpeTrainingOptions): Tokenizer {
  const leading = ['<s>', '<pad>', '</s>', '<unk>'];
  const alphabet = [...BYTE_TO_CHAR].sort((a, b) => (a < b ? -1 : 1));
  const tokens = [...leading, ...alphabet];
  const room = options.vocabSize - 1;
  if (!Number.isInteger(options.vocabSize) || room < tokens.length)
    throw new GalleyError(
      'usage',
      `vocab_size must be a whole number of at least ${tokens.length + 1} (specials and bytes), found ${options.vocabSize}`,
    );
  const minFrequency = Math.max(1, options.minFrequency ?? 2);
  const idOf = new Map(tokens.map((token, id) => [token, id]));
  const types: WordType[] = [];
  for (const [chars, count] of countPreTokens(words))
    types.push({ pieces: [...chars].map((char) => idOf.get(char) as number), count });
  if (types.length === 0) throw new GalleyError('usage', 'a vocabulary cannot be trained on no words');

  const pairs = new Map<number, Pair>();
  const add = (left: number, right: number, count: number, type: number) => {
    const key = pairKey(left, right);
    let pair = pairs.get(key);
    if (!pair) {
      pair = { left, right, count: 0, types: new Set() };
      pairs.set(key, pair);
    }
    pair.count += count;
    if (count > 0) pair.types.add(type);
  };
  for (const [type, { pieces, count }] of types.entries())
    for (let i = 0; i + 1 < pieces.length; i++) add(pieces[i], pieces[i + 1], count, type);

  const merges: [string, string][] = [];
  while (tokens.length < room) {
    let best: Pair | null = null;
    for (const pair of pairs.values()) if (!best || better(pair, best)) best = pair;
    if (!best || best.count < minFrequency) break;
    const { left, right } = best;
    const product = tokens[left] + tokens[right];
    // Two different pairs can spell the same piece: it keeps its first id.
    let id = idOf.get(product);
    if (id === undefined) {
      id = tokens.push(product) - 1;
      idOf.set(product, id);
    }
    merges.push([tokens[left], tokens[right]]);
    for (const type of best.types) {
      const { pieces, count } = types[type];
      for (let i = 0; i + 1 < pieces.length; i++) {
        if (pieces[i] !== left || pieces[i + 1] !== right) continue;
        if (i > 0) {
          add(pieces[i - 1], left, -count, type);
          add(pieces[i - 1], id, count, type);
        }
        if (i + 2 < pieces.length) {
          add(right, pieces[i + 2], -count, type);
          add(id, pieces[i + 2], count, type);
        }
        pieces.splice(i, 2, id);
      }
    }
    pairs.delete(pairKey(left, right));
  }
  tokens.push('<mask>');

  const vocab = new Map(tokens.map((token, id) => [token, id]));
  const names = Object.fromEntries(SPECIALS.map(([name, , token]) => [name, token])) as SpecialNames;
  return new Tokenizer({
    vocab,
    merges,
    ...names,
    addedTokens: specialAddedTokens(names, vocab),
    addPrefixSpace: true,
    ignoreMerges: false,
    bpeUnknown: null,
    modelMaxLength: 512,
    clsBox: [0, 0, 0, 0],
    sepBox: [0, 0, 0, 0],
    padBox: [0, 0, 0, 0],
    padLabel: -100,
    onlyLabelFirstSubword: true,
    config: {},
  });
}
