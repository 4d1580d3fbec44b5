import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { GalleyError } from '../errors/galley-error.ts';
import { readJson, readText } from '../files/files.ts';
import type { Box } from '../page/page.ts';
import type { AddedToken } from './added-tokens.ts';
import { SPECIALS, type SpecialNames, specialAddedTokens } from './special-tokens.ts';
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
  ) as SpecialNames;

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
