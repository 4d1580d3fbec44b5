import { join } from 'node:path';
import { writeFileWhole } from '../files/files.ts';
import type { Tokenizer } from './tokenizer.ts';

/**
 * The tokenizer files of a Hugging Face model folder, name to text: tokenizer.json, vocab.json, merges.txt,
 * tokenizer_config.json, special_tokens_map.json. Merges are written as strings, which every version reads.
 */
export function tokenizerFiles(tokenizer: Tokenizer): Map<string, string> {
  const { spec } = tokenizer;
  const byId = [...spec.vocab].sort((a, b) => a[1] - b[1]);
  const vocab = Object.fromEntries(byId);
  const merges = spec.merges.map(([left, right]) => `${left} ${right}`);
  const byteLevel = {
    type: 'ByteLevel',
    add_prefix_space: spec.addPrefixSpace,
    trim_offsets: true,
    use_regex: true,
  };
  const json = {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: spec.addedTokens,
    normalizer: null,
    pre_tokenizer: byteLevel,
    post_processor: {
      type: 'RobertaProcessing',
      sep: [spec.sepToken, tokenizer.ids.sep],
      cls: [spec.clsToken, tokenizer.ids.cls],
      trim_offsets: true,
      add_prefix_space: spec.addPrefixSpace,
    },
    decoder: byteLevel,
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: spec.bpeUnknown,
      continuing_subword_prefix: '',
      end_of_word_suffix: '',
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: spec.ignoreMerges,
      vocab,
      merges,
    },
  };
  const specials = {
    bos_token: spec.clsToken,
    eos_token: spec.sepToken,
    unk_token: spec.unkToken,
    sep_token: spec.sepToken,
    pad_token: spec.padToken,
    cls_token: spec.clsToken,
    mask_token: {
      content: spec.maskToken,
      lstrip: true,
      normalized: true,
      rstrip: false,
      single_word: false,
    },
  };
  const config = {
    ...spec.config,
    add_prefix_space: spec.addPrefixSpace,
    bos_token: spec.config.bos_token ?? spec.clsToken,
    eos_token: spec.config.eos_token ?? spec.sepToken,
    unk_token: spec.config.unk_token ?? spec.unkToken,
    sep_token: spec.config.sep_token ?? spec.sepToken,
    pad_token: spec.config.pad_token ?? spec.padToken,
    cls_token: spec.config.cls_token ?? spec.clsToken,
    mask_token: spec.config.mask_token ?? { __type: 'AddedToken', ...specials.mask_token },
    cls_token_box: spec.clsBox,
    sep_token_box: spec.sepBox,
    pad_token_box: spec.padBox,
    pad_token_label: spec.padLabel,
    only_label_first_subword: spec.onlyLabelFirstSubword,
    model_max_length: spec.modelMaxLength,
    trim_offsets: true,
    tokenizer_class: 'LayoutLMv3Tokenizer',
    processor_class: 'LayoutLMv3Processor',
  };
  const text = (value: unknown, indent?: number) => `${JSON.stringify(value, null, indent)}\n`;
  return new Map([
    ['tokenizer.json', text(json)],
    ['vocab.json', text(vocab)],
    ['merges.txt', `#version: 0.2\n${merges.join('\n')}\n`],
    ['tokenizer_config.json', text(config, 2)],
    ['special_tokens_map.json', text(specials, 2)],
  ]);
}

/** Writes {@link tokenizerFiles} into a folder, each whole or not at all. */
export async function saveTokenizer(tokenizer: Tokenizer, dir: string): Promise<void> {
  for (const [name, text] of tokenizerFiles(tokenizer)) await writeFileWhole(join(dir, name), text);
}
