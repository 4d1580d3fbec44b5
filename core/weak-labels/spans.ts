import type { DefaultLabel } from '../labels/labels.ts';
import { fold } from './lexicon.ts';
import { servings } from './rules/servings.ts';
import { temperature } from './rules/temperature.ts';
import { time } from './rules/time.ts';

/** A word of running directions; one that is divided at a line end is one token of two words. */
export interface Token {
  /** As printed, divided words joined. */
  readonly text: string;
  /** Lower case, without the punctuation around it. */
  readonly plain: string;
  /** {@link fold}ed. */
  readonly folded: string;
  /** Ends a sentence. */
  readonly ends: boolean;
  /** Positions in the stream of words it was made from. */
  readonly words: readonly number[];
}

/** Tokens from `start` up to but without `end`. */
export interface TokenSpan {
  readonly start: number;
  readonly end: number;
  /** 0..1, given that the words are directions. */
  readonly confidence: number;
  readonly evidence: string;
}

/** A rule for spans inside directions. */
export interface SpanRule {
  readonly name: string;
  readonly label: DefaultLabel;
  readonly spans: (tokens: readonly Token[]) => TokenSpan[];
}

/** Later rules win where spans overlap, except inside SERVINGS, which is a whole clause. */
const SPAN_RULES: readonly SpanRule[] = [time, temperature, servings];

export interface Span {
  readonly rule: string;
  readonly label: DefaultLabel;
  /** Positions in the stream of words. */
  readonly words: readonly number[];
  readonly confidence: number;
  readonly evidence: string;
}

/** Joins "min-" and "utes," to one token. Specks without letters or digits are passed over inside a word. */
function tokenize(words: readonly string[]): Token[] {
  const tokens: Token[] = [];
  for (let i = 0; i < words.length; i++) {
    let text = words[i];
    const own = [i];
    const next = words[i + 1];
    const divided = /\p{L}[-~]+$/u.exec(text);
    if (divided && next !== undefined && /^\p{Ll}/u.test(next)) {
      // "thirty-" / "five" keeps its hyphen, "min-" / "utes" does not; what the parts make decides.
      const glued = text.replace(/[-~]+$/u, '') + next;
      const hyphenated = `${text.replace(/[-~]+$/u, '')}-${next}`;
      text = DIVIDED.test(glued) ? glued : hyphenated;
      own.push(i + 1);
      i++;
    }
    const plain = text.toLowerCase().replace(/^[^\p{L}\d]+|[^\p{L}\d°]+$/gu, '');
    tokens.push({ text, plain, folded: fold(plain), ends: /[.!?][)"'”’]*$/.test(text), words: own });
  }
  return tokens;
}

const DIVIDED =
  /^(minutes?|hours?|seconds?|moderate|several|fifteen|fourteen|thirteen|eighteen|twenty|thirty|forty|fifty|seven|eleven|twelve|oven|degrees|quarters?)\b/i;

/**
 * TIME, TEMP and SERVINGS in a stream of words of directions.
 * @param words as printed, in reading order; lines and pages joined
 */
export function findSpans(words: readonly string[]): Span[] {
  const tokens = tokenize(words);
  return SPAN_RULES.flatMap((rule) =>
    rule.spans(tokens).map(({ start, end, confidence, evidence }) => ({
      rule: rule.name,
      label: rule.label,
      words: tokens.slice(start, end).flatMap((token) => token.words),
      confidence,
      evidence,
    })),
  );
}
