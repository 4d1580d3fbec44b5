import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { GalleyError } from '../errors/galley-error.ts';
import { readJson, readText, writeFileWhole } from '../files/files.ts';
import type { Box } from '../page/page.ts';
import type { AddedToken } from './added-tokens.ts';
import { Tokenizer, type TokenizerSpec } from './tokenizer.ts';

const id = z.number().int().min(0).max(0x3ffffff);
const vocabulary = z.record(z.string(), id);
const mergeSchema = z.union([z.string(), z.tuple([z.string(), z.string()])]);

const tokenizerJson = z.looseObject({
  added_tokens: z
    .array(
      z.looseObject({
        id,
        content: z.string(),
        single_word: z.boolean().default(false),
        lstrip: z.boolean().default(false),
        rstrip: z.boolean().default(false),
        normalized: z.boolean().default(true),
        special: z.boolean().default(true),
      }),
    )
    .default([]),
  normalizer: z.unknown().optional(),
  pre_tokenizer: z.looseObject({
    type: z.string(),
    add_prefix_space: z.boolean().default(true),
    use_regex: z.boolean().default(true),
  }),
  model: z.looseObject({
    type: z.string().default('BPE'),
    vocab: vocabulary,
    merges: z.array(mergeSchema),
    dropout: z.number().nullish(),
    unk_token: z.string().nullish(),
    ignore_merges: z.boolean().nullish(),
  }),
});

const specialToken = z.union([z.string(), z.looseObject({ content: z.string() })]).nullish();
const box = z.tuple([z.number(), z.number(), z.number(), z.number()]);
const tokenizerConfig = z.looseObject({
  cls_token: specialToken,
  sep_token: specialToken,
  pad_token: specialToken,
  unk_token: specialToken,
  mask_token: specialToken,
  cls_token_box: box.optional(),
  sep_token_box: box.optional(),
  pad_token_box: box.optional(),
  pad_token_label: z.number().int().optional(),
  only_label_first_subword: z.boolean().optional(),
  model_max_length: z.number().optional(),
  add_prefix_space: z.boolean().optional(),
});

function parse<T>(schema: z.ZodType<T>, value: unknown, where: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new GalleyError('invalid-data', `${issue.path.join('.') || 'file'}: ${issue.message}`, { where });
}

const unsupported = (where: string, found: string): never => {
  throw new GalleyError('invalid-data', `expected RoBERTa's byte-level BPE, found ${found}`, {
    where,
    hint: 'LayoutLMv3 models come with such a tokenizer; is this file from another model?',
  });
};

function splitMerge(merge: string | readonly [string, string], rank: number, where: string) {
  if (typeof merge !== 'string') return merge;
  const space = merge.indexOf(' ', 1);
  if (space < 1 || space === merge.length - 1)
    throw new GalleyError('invalid-data', `merge ${rank}: expected two tokens, found "${merge}"`, { where });
  return [merge.slice(0, space), merge.slice(space + 1)] as const;
}

/** Vocabulary, merges and added tokens of a tokenizer.json of either era (merges as strings or as pairs). */
function fromTokenizerJson(value: unknown, where: string) {
  const json = parse(tokenizerJson, value, where);
  if (json.model.type !== 'BPE') unsupported(where, `model "${json.model.type}"`);
  if (json.normalizer) unsupported(where, 'a text normaliser');
  if (json.pre_tokenizer.type !== 'ByteLevel' || !json.pre_tokenizer.use_regex)
    unsupported(where, `pre-tokenizer "${json.pre_tokenizer.type}"`);
  if (json.model.dropout) unsupported(where, 'BPE dropout');
  return {
    vocab: new Map(Object.entries(json.model.vocab)),
    merges: json.model.merges.map((merge, rank) => splitMerge(merge, rank, where)),
    addedTokens: json.added_tokens as AddedToken[],
    addPrefixSpace: json.pre_tokenizer.add_prefix_space,
    ignoreMerges: json.model.ignore_merges ?? false,
    bpeUnknown: json.model.unk_token ?? null,
  };
}

/** Lines of merges.txt in order of rank; the first may be a `#version` remark. */
export function parseMerges(text: string, where: string): (readonly [string, string])[] {
  return text
    .split('\n')
    .map((line) => line.replace(/\r$/, ''))
    .filter((line, i) => line !== '' && !(i === 0 && line.startsWith('#version')))
    .map((line, rank) => splitMerge(line, rank, where));
}

const SPECIALS = [
  ['clsToken', 'cls_token', '<s>'],
  ['padToken', 'pad_token', '<pad>'],
  ['sepToken', 'sep_token', '</s>'],
  ['unkToken', 'unk_token', '<unk>'],
  ['maskToken', 'mask_token', '<mask>'],
] as const;

/**
 * Reads the tokenizer of a model folder: `tokenizer.json`, or else `vocab.json` with `merges.txt`, and
 * `tokenizer_config.json` where there is one (transformers v4 and v5 layouts).
 * @throws GalleyError `not-found`, `damaged`, `invalid-data`, `mismatch`
 */
export async function loadTokenizer(dir: string): Promise<Tokenizer> {
  const configPath = join(dir, 'tokenizer_config.json');
  const config = existsSync(configPath)
    ? parse(tokenizerConfig, await readJson(configPath), configPath)
    : tokenizerConfig.parse({});
  const names = Object.fromEntries(
    SPECIALS.map(([name, key, usual]) => {
      const token = config[key];
      return [name, (typeof token === 'string' ? token : token?.content) ?? usual];
    }),
  ) as Pick<TokenizerSpec, (typeof SPECIALS)[number][0]>;

  const jsonPath = join(dir, 'tokenizer.json');
  const vocabPath = join(dir, 'vocab.json');
  const mergesPath = join(dir, 'merges.txt');
  let where = jsonPath;
  let model: ReturnType<typeof fromTokenizerJson>;
  if (existsSync(jsonPath)) {
    model = fromTokenizerJson(await readJson(jsonPath), jsonPath);
  } else if (existsSync(vocabPath) && existsSync(mergesPath)) {
    where = vocabPath;
    const vocab = new Map(Object.entries(parse(vocabulary, await readJson(vocabPath), vocabPath)));
    model = {
      vocab,
      merges: parseMerges(await readText(mergesPath), mergesPath),
      addedTokens: specialAddedTokens(names, vocab, where),
      addPrefixSpace: config.add_prefix_space ?? true,
      ignoreMerges: false,
      bpeUnknown: null,
    };
  } else {
    throw new GalleyError(
      'not-found',
      'no tokenizer: expected tokenizer.json, or vocab.json and merges.txt',
      {
        where: dir,
        hint: 'copy them from the model this one was trained from',
      },
    );
  }
  const zeros: Box = [0, 0, 0, 0];
  const spec: TokenizerSpec = {
    ...model,
    ...names,
    modelMaxLength: Math.min(config.model_max_length ?? 512, 1_000_000),
    clsBox: config.cls_token_box ?? zeros,
    sepBox: config.sep_token_box ?? zeros,
    padBox: config.pad_token_box ?? zeros,
    padLabel: config.pad_token_label ?? -100,
    onlyLabelFirstSubword: config.only_label_first_subword ?? true,
    config,
  };
  return new Tokenizer(spec, where);
}

/** The added tokens transformers makes when a folder has no tokenizer.json; only <mask> strips, to its left. */
export function specialAddedTokens(
  names: Pick<TokenizerSpec, (typeof SPECIALS)[number][0]>,
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
