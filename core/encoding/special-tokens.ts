import { GalleyError } from '../errors/galley-error.ts';
import type { AddedToken } from './added-tokens.ts';
import type { TokenizerSpec } from './tokenizer.ts';

/** Field of the spec, key in tokenizer_config.json, RoBERTa's token. */
export const SPECIALS = [
  ['clsToken', 'cls_token', '<s>'],
  ['padToken', 'pad_token', '<pad>'],
  ['sepToken', 'sep_token', '</s>'],
  ['unkToken', 'unk_token', '<unk>'],
  ['maskToken', 'mask_token', '<mask>'],
] as const;

export type SpecialNames = Pick<TokenizerSpec, (typeof SPECIALS)[number][0]>;

/** The added tokens transformers makes when a folder has no tokenizer.json; only <mask> strips, to its left. */
export function specialAddedTokens(
  names: SpecialNames,
  vocab: ReadonlyMap<string, number>,
  where?: string,
): AddedToken[] {
  const contents = [...new Set(SPECIALS.map(([name]) => names[name]))];
  return contents
    .map((content) => {
      const id = vocab.get(content);
      if (id === undefined)
        throw new GalleyError('mismatch', `special token "${content}" is not in the vocabulary`, { where });
      const mask = content === names.maskToken;
      return {
        id,
        content,
        single_word: false,
        lstrip: mask,
        rstrip: false,
        normalized: true,
        special: true,
      };
    })
    .sort((a, b) => a.id - b.id);
}
