import { GalleyError } from '../errors/galley-error.ts';
import type { Box } from '../page/page.ts';
import { type AddedToken, AddedTokenSplitter } from './added-tokens.ts';
import { Bpe } from './bpe.ts';
import { BYTE_TO_CHAR, fromByteChars, preTokens, toByteChars, withPrefixSpace } from './byte-level.ts';

/** Everything that defines a LayoutLMv3 tokenizer, as read from or written to Hugging Face's files. */
export interface TokenizerSpec {
  readonly vocab: ReadonlyMap<string, number>;
  readonly merges: readonly (readonly [string, string])[];
  readonly addedTokens: readonly AddedToken[];
  readonly clsToken: string;
  readonly sepToken: string;
  readonly padToken: string;
  readonly unkToken: string;
  readonly maskToken: string;
  readonly addPrefixSpace: boolean;
  /** `ignore_merges` of the BPE model. */
  readonly ignoreMerges: boolean;
  /** `unk_token` of the BPE model; null leaves characters out that the vocabulary lacks. */
  readonly bpeUnknown: string | null;
  readonly modelMaxLength: number;
  readonly clsBox: Box;
  readonly sepBox: Box;
  readonly padBox: Box;
  readonly padLabel: number;
  readonly onlyLabelFirstSubword: boolean;
  /** tokenizer_config.json as it was, so that keys we do not know survive a round trip. */
  readonly config: Readonly<Record<string, unknown>>;
}

/** Pieces of one word with their character offsets (code points, end exclusive), trimmed as RoBERTa does. */
export interface WordPieces {
  readonly ids: readonly number[];
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

export interface SpecialIds {
  readonly cls: number;
  readonly sep: number;
  readonly pad: number;
  readonly unk: number;
  readonly mask: number;
}

const CACHE_LIMIT = 200_000;
const CACHED_WORD_LENGTH = 256;

/**
 * RoBERTa's byte-level BPE as LayoutLMv3 uses it: one word at a time, a space assumed before each.
 * Ids equal those of transformers' LayoutLMv3TokenizerFast on the same list of words.
 */
export class Tokenizer {
  readonly spec: TokenizerSpec;
  readonly ids: SpecialIds;
  /** Rows an embedding table needs: the highest id plus one. */
  readonly vocabSize: number;
  readonly #bpe: Bpe;
  readonly #splitter: AddedTokenSplitter;
  readonly #cache = new Map<string, readonly number[]>();
  readonly #tokens = new Map<number, string>();

  /** @throws GalleyError `mismatch` for merges or special tokens the vocabulary lacks. */
  constructor(spec: TokenizerSpec, where?: string) {
    this.spec = spec;
    for (const [token, id] of spec.vocab) this.#tokens.set(id, token);
    for (const token of spec.addedTokens) this.#tokens.set(token.id, token.content);
    this.vocabSize = [...this.#tokens.keys()].reduce((most, id) => Math.max(most, id), -1) + 1;
    const idOf = (token: string): number => {
      const id = spec.addedTokens.find((added) => added.content === token)?.id ?? spec.vocab.get(token);
      if (id === undefined)
        throw new GalleyError('mismatch', `special token "${token}" has no id in the vocabulary`, { where });
      return id;
    };
    this.ids = {
      cls: idOf(spec.clsToken),
      sep: idOf(spec.sepToken),
      pad: idOf(spec.padToken),
      unk: idOf(spec.unkToken),
      mask: idOf(spec.maskToken),
    };
    try {
      this.#bpe = new Bpe(spec.vocab, spec.merges, {
        unknown: spec.bpeUnknown === null ? null : (spec.vocab.get(spec.bpeUnknown) ?? null),
        wholeFirst: spec.ignoreMerges,
      });
    } catch (error) {
      throw new GalleyError('mismatch', (error as Error).message, { where, cause: error });
    }
    this.#splitter = new AddedTokenSplitter(spec.addedTokens);
  }

  /** Ids of one word's pieces; an empty word has none. Cached: do not change the returned array. */
  encodeWord(word: string): readonly number[] {
    const cached = this.#cache.get(word);
    if (cached) return cached;
    const ids: number[] = [];
    for (const stretch of this.#splitter.split(word)) {
      if (stretch.token) ids.push(stretch.token.id);
      else
        for (const preToken of preTokens(this.#prefixed(stretch.text)))
          for (const id of this.#bpe.pieces(toByteChars(preToken)).ids) ids.push(id);
    }
    if (word.length <= CACHED_WORD_LENGTH) {
      if (this.#cache.size >= CACHE_LIMIT) this.#cache.clear();
      this.#cache.set(word, ids);
    }
    return ids;
  }

  /** {@link encodeWord} with character offsets, which the labelling rule of transformers v4 looks at. */
  encodeWordWithOffsets(word: string): WordPieces {
    const pieces = { ids: [] as number[], starts: [] as number[], ends: [] as number[] };
    const add = (id: number, start: number, end: number, chars: string) => {
      const [from, to] = trimOffsets(chars, start, end, pieces.ids.length === 0, this.spec.addPrefixSpace);
      pieces.ids.push(id);
      pieces.starts.push(from);
      pieces.ends.push(to);
    };
    for (const stretch of this.#splitter.split(word)) {
      const base = [...word.slice(0, stretch.at)].length;
      if (stretch.token) {
        add(stretch.token.id, base, base + [...stretch.text].length, '');
        continue;
      }
      // The assumed space belongs to the first character, as do all bytes of one character to it.
      const prefixed = this.#prefixed(stretch.text);
      const shift = prefixed.length - stretch.text.length;
      const charOfByte: number[] = [];
      for (const [i, char] of [...prefixed].entries())
        for (let b = toByteChars(char).length; b > 0; b--) charOfByte.push(base + Math.max(0, i - shift));
      let at = 0;
      for (const preToken of preTokens(prefixed)) {
        const chars = toByteChars(preToken);
        const { ids, lengths } = this.#bpe.pieces(chars);
        let within = 0;
        for (const [i, id] of ids.entries()) {
          const first = at + within;
          within += lengths[i];
          add(id, charOfByte[first], charOfByte[at + within - 1] + 1, chars.slice(first - at, within));
        }
        at += chars.length;
      }
    }
    return pieces;
  }

  /** Token of an id, in byte characters, or undefined. */
  token(id: number): string | undefined {
    return this.#tokens.get(id);
  }

  /** Text of ids; specials appear by name. For people to read: a space opens most words. */
  decode(ids: readonly number[]): string {
    return fromByteChars(ids.map((id) => this.#tokens.get(id) ?? this.spec.unkToken).join(''));
  }

  #prefixed(text: string): string {
    return this.spec.addPrefixSpace ? withPrefixSpace(text) : text;
  }
}

const SPACE = BYTE_TO_CHAR[0x20];

/** RoBERTa's post-processing of offsets (`trim_offsets`): spaces inside a piece do not count. */
function trimOffsets(chars: string, start: number, end: number, first: boolean, prefixed: boolean) {
  let leading = 0;
  while (leading < chars.length && chars[leading] === SPACE) leading++;
  let trailing = 0;
  while (trailing < chars.length && chars[chars.length - 1 - trailing] === SPACE) trailing++;
  let from = start;
  let to = end;
  if (leading > 0) {
    if ((first || start === 0) && prefixed) leading--;
    from = Math.min(start + leading, end);
  }
  if (trailing > 0 && to >= trailing) to = Math.max(to - trailing, from);
  return [from, to] as const;
}
