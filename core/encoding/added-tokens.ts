/** A token found in the text as it stands, before byte-level splitting (`added_tokens` of tokenizer.json). */
export interface AddedToken {
  readonly id: number;
  readonly content: string;
  /** Only where no letter, digit or underscore touches it. */
  readonly single_word: boolean;
  /** Swallow white space to the left (RoBERTa's <mask>) or right. */
  readonly lstrip: boolean;
  readonly rstrip: boolean;
  readonly normalized: boolean;
  readonly special: boolean;
}

/** A stretch of text, or one added token; `at` is its place in code units. */
export type Stretch =
  | { readonly at: number; readonly text: string; readonly token?: undefined }
  | { readonly at: number; readonly text: string; readonly token: AddedToken };

const WORD_END = /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]$/u;
const WORD_START = /^[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]/u;
const isSpace = (text: string, at: number) => /^\p{White_Space}$/u.test(text.charAt(at));

/** Finds added tokens in text, leftmost and longest first, with the stripping rules of the Rust library. */
export class AddedTokenSplitter {
  readonly #byContent: Map<string, AddedToken>;
  readonly #pattern: RegExp | null;

  constructor(tokens: readonly AddedToken[]) {
    const usable = tokens.filter((token) => token.content !== '');
    this.#byContent = new Map(usable.map((token) => [token.content, token]));
    const alternatives = [...this.#byContent.keys()]
      .sort((a, b) => b.length - a.length)
      .map((content) => content.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'));
    this.#pattern = alternatives.length ? new RegExp(alternatives.join('|'), 'g') : null;
  }

  split(text: string): Stretch[] {
    if (!this.#pattern || !text) return text ? [{ at: 0, text }] : [];
    const stretches: Stretch[] = [];
    let done = 0;
    for (const match of text.matchAll(this.#pattern)) {
      const token = this.#byContent.get(match[0]) as AddedToken;
      let start = match.index;
      let stop = start + match[0].length;
      if (token.single_word && (WORD_END.test(text.slice(0, start)) || WORD_START.test(text.slice(stop))))
        continue;
      if (token.lstrip) while (start > done && isSpace(text, start - 1)) start--;
      if (token.rstrip) while (stop < text.length && isSpace(text, stop)) stop++;
      if (done < start) stretches.push({ at: done, text: text.slice(done, start) });
      stretches.push({ at: start, text: text.slice(start, stop), token });
      done = stop;
    }
    if (done < text.length) stretches.push({ at: done, text: text.slice(done) });
    return stretches;
  }
}
