import { z } from 'zod';
import { GalleyError } from '../errors/galley-error.ts';
import { readJson } from '../files/files.ts';
import { LabelMap } from '../labels/labels.ts';
import { MAX_PRECEDING_WORDS } from '../page/page.ts';

const count = (limit: number) => z.int().min(1).max(limit);
const probability = z.number().min(0).lt(1);

/** transformers v5 also writes lists and null; the tokenizer's own files decide, here they only pass through. */
const specialToken = z.union([z.int().min(0), z.array(z.int().min(0)), z.null()]);

/**
 * The keys of a Hugging Face config.json that shape the model. Defaults are those of the class
 * `transformers.LayoutLMv3Config` (they apply where a file omits the key, and differ from
 * layoutlmv3-base: 512 positions and 2 token types). Upper bounds only keep a damaged file from asking for
 * absurd memory.
 */
const fields = {
  vocab_size: count(4_000_000).default(50265),
  hidden_size: count(16_384).default(768),
  num_hidden_layers: z.int().min(0).max(256).default(12),
  num_attention_heads: count(256).default(12),
  intermediate_size: count(65_536).default(3072),
  hidden_act: z.literal('gelu', 'the only activation supported is "gelu" (exact, with erf)').default('gelu'),
  hidden_dropout_prob: probability.default(0.1),
  attention_probs_dropout_prob: probability.default(0.1),
  max_position_embeddings: count(1_000_000).default(512),
  type_vocab_size: count(1024).default(2),
  initializer_range: z.number().min(0).max(10).default(0.02),
  layer_norm_eps: z.number().positive().max(1).default(1e-5),
  pad_token_id: z.int().min(0).default(1),
  bos_token_id: specialToken.default(0),
  eos_token_id: specialToken.default(2),
  max_2d_position_embeddings: count(1_000_000).default(1024),
  coordinate_size: count(16_384).default(128),
  shape_size: count(16_384).default(128),
  has_relative_attention_bias: z.boolean().default(true),
  rel_pos_bins: z.int().min(4).max(4096).default(32),
  max_rel_pos: count(1_000_000).default(128),
  has_spatial_attention_bias: z.boolean().default(true),
  rel_2d_pos_bins: z.int().min(4).max(4096).default(64),
  max_rel_2d_pos: count(1_000_000).default(256),
  text_embed: z.literal(true, 'a model without text embeddings cannot label tokens').default(true),
  visual_embed: z.boolean().default(true),
  input_size: count(8192).default(224),
  num_channels: count(64).default(3),
  patch_size: count(1024).default(16),
  classifier_dropout: probability.nullable().default(null),
};

const configFile = z.looseObject({
  ...fields,
  model_type: z.literal('layoutlmv3', 'not a LayoutLMv3 model').default('layoutlmv3'),
  num_labels: z.int().min(1).max(100_000).optional(),
  id2label: z.record(z.string().regex(/^\d+$/), z.string()).optional(),
  galley: z.unknown().optional(),
});

/** What Galley remembers about a model beside what transformers knows; one namespaced key of config.json. */
const galleySettings = z.looseObject({
  /** Whether the boxes fed are those of the line (segment) a word stands in, or the word's own. */
  line_boxes: z.boolean().optional(),
  /** Tokens per window including the two specials, at most {@link maxTextLength}. */
  max_length: z.int().min(3).max(1_000_000).optional(),
  /** Words of the page before that are read ahead of a page's own; 0 or absent: none. */
  context_words: z.int().min(0).max(MAX_PRECEDING_WORDS).optional(),
  /** Whether the model was trained with page images; inference does the same. */
  visual: z.boolean().optional(),
  /** Relative-position tables of a model that starts from nothing: drawn at random, or heads that know near from far. */
  relative_bias_init: z.enum(['normal', 'local']).optional(),
  /** Hub name or folder of the weights this model was trained from. */
  base_model: z.string().optional(),
  /** Licence those weights came under, e.g. `cc-by-nc-sa-4.0`; it binds the trained model too. */
  base_model_licence: z.string().optional(),
  /** The notice shown to the user. */
  licence_notice: z.string().optional(),
  /** Colours, letters and keys of a label set of its own, by label name. */
  label_styles: z
    .record(
      z.string(),
      z.object({
        colour: z.string().optional(),
        letter: z.string().optional(),
        title: z.string().optional(),
        key: z.string().optional(),
      }),
    )
    .optional()
    .catch(undefined),
});
export type GalleySettings = z.infer<typeof galleySettings>;

type Camel<S extends string> = S extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<Camel<Tail>>}`
  : S;
type Fields = { [K in keyof typeof fields]: z.infer<(typeof fields)[K]> };
const toCamel = (key: string) => key.replace(/_(.)/g, (_, c: string) => c.toUpperCase());

/**
 * Configuration of a LayoutLMv3 token classifier. Field names are the camel-case forms of the keys in
 * config.json (`max_2d_position_embeddings` is `max2dPositionEmbeddings`).
 */
export type LayoutLMv3Config = Readonly<{ [K in keyof Fields as Camel<K>]: Fields[K] }> & {
  /** Labels by id (`id2label`); their number decides which head the model has. */
  readonly labels: LabelMap;
  readonly galley: GalleySettings;
  /** Keys of the file that this program does not use; written back as they came. */
  readonly otherKeys: Readonly<Record<string, unknown>>;
};

/** Number of classes. */
export const numLabels = (config: LayoutLMv3Config): number => config.labels.size;
/** Channels of one attention head, d. */
export const headSize = (config: LayoutLMv3Config): number => config.hiddenSize / config.numAttentionHeads;
/** Patches along one side of the image (what does not fill a patch is cut off, as the convolution does). */
export const patchesPerSide = (config: LayoutLMv3Config): number =>
  Math.floor(config.inputSize / config.patchSize);
/** Visual tokens: one per patch and the visual CLS; 197 for base. */
export const visualLength = (config: LayoutLMv3Config): number => patchesPerSide(config) ** 2 + 1;
/** Longest text in tokens, specials included: positions start behind the padding id. */
export const maxTextLength = (config: LayoutLMv3Config): number =>
  config.maxPositionEmbeddings - config.padTokenId - 1;
/** From 10 labels on transformers builds a two-layer head. */
export const hasTwoLayerHead = (config: LayoutLMv3Config): boolean => config.labels.size >= 10;

/**
 * Checks and reads the object of a config.json. Absent keys take the class defaults of transformers; unknown
 * keys are kept for {@link configToJson}. `dtype` and `torch_dtype` are both understood (and both ignored:
 * the weights' own dtype counts).
 * @throws GalleyError `invalid-data` naming the key, what was expected and what was found.
 */
export function parseConfig(json: unknown, where = 'config.json'): LayoutLMv3Config {
  const parsed = configFile.safeParse(json);
  if (!parsed.success) throw invalid(parsed.error.issues[0], json, where);
  const file = parsed.data;
  const known: Record<string, unknown> = {};
  for (const key of Object.keys(fields)) known[toCamel(key)] = file[key];
  const galley = galleySettings.safeParse(file.galley ?? {});
  if (!galley.success) throw invalid(galley.error.issues[0], file.galley, `${where}, key "galley"`);
  const otherKeys = { ...(json as Record<string, unknown>) };
  for (const key of [...Object.keys(fields), 'id2label', 'label2id', 'num_labels', 'galley', 'model_type'])
    delete otherKeys[key];
  const names = file.id2label ?? defaultLabels(file.num_labels ?? 2);
  const labels = LabelMap.fromId2Label(names, where, galley.data.label_styles ?? {});
  const config = { ...known, labels, galley: galley.data, otherKeys } as unknown as LayoutLMv3Config;
  checkConsistency(config, where);
  return config;
}

/** {@link parseConfig} of a file. @throws GalleyError also `not-found` and `damaged`. */
export async function readConfig(path: string): Promise<LayoutLMv3Config> {
  return parseConfig(await readJson(path), path);
}

/**
 * The object to write as config.json of a `LayoutLMv3ForTokenClassification`, keys sorted as transformers
 * sorts them. Weights are always written as float32, so `dtype` and `torch_dtype` say so.
 */
export function configToJson(config: LayoutLMv3Config): Record<string, unknown> {
  const json: Record<string, unknown> = { ...config.otherKeys };
  for (const key of Object.keys(fields))
    json[key] = (config as unknown as Record<string, unknown>)[toCamel(key)];
  json.architectures = ['LayoutLMv3ForTokenClassification'];
  json.model_type = 'layoutlmv3';
  json.id2label = config.labels.toId2Label();
  json.label2id = config.labels.toLabel2Id();
  if ('dtype' in json) json.dtype = 'float32';
  if ('torch_dtype' in json || !('dtype' in json)) json.torch_dtype = 'float32';
  if (Object.keys(config.galley).length > 0) json.galley = config.galley;
  return Object.fromEntries(Object.entries(json).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The same architecture with another label set (and thereby, perhaps, another head). */
export const withLabels = (config: LayoutLMv3Config, labels: LabelMap): LayoutLMv3Config => ({
  ...config,
  labels,
  galley: withStyles(config.galley, labels),
});

function withStyles(galley: GalleySettings, labels: LabelMap): GalleySettings {
  const { label_styles: _, ...rest } = galley;
  return Object.keys(labels.styles).length > 0 ? { ...rest, label_styles: labels.styles } : rest;
}

/** The same architecture with Galley's own settings added or changed. */
export const withGalleySettings = (config: LayoutLMv3Config, settings: GalleySettings): LayoutLMv3Config => ({
  ...config,
  galley: { ...config.galley, ...settings },
});

function defaultLabels(n: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: n }, (_, id) => [String(id), `LABEL_${id}`]));
}

function invalid(issue: z.core.$ZodIssue, json: unknown, where: string): GalleyError {
  const value = issue.path.reduce<unknown>(
    (at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key],
    json,
  );
  const shown = JSON.stringify(value)?.slice(0, 80);
  const key = issue.path.length ? `"${issue.path.join('.')}": ` : '';
  return new GalleyError('invalid-data', `${key}${issue.message}${shown ? `, found ${shown}` : ''}`, {
    where,
  });
}

function checkConsistency(config: LayoutLMv3Config, where: string): void {
  const fail = (message: string): never => {
    throw new GalleyError('invalid-data', message, { where });
  };
  const { hiddenSize, coordinateSize, shapeSize, numAttentionHeads } = config;
  const spatial = 4 * coordinateSize + 2 * shapeSize;
  if (spatial !== hiddenSize)
    fail(`4 x coordinate_size (${coordinateSize}) + 2 x shape_size (${shapeSize}) = ${spatial}, \
expected hidden_size ${hiddenSize}`);
  if (hiddenSize % numAttentionHeads !== 0)
    fail(`hidden_size ${hiddenSize} does not divide into num_attention_heads ${numAttentionHeads}`);
  if (config.patchSize > config.inputSize)
    fail(`patch_size ${config.patchSize} is larger than input_size ${config.inputSize}`);
  if (config.padTokenId >= config.vocabSize)
    fail(`pad_token_id ${config.padTokenId} is outside vocab_size ${config.vocabSize}`);
  if (maxTextLength(config) < 3)
    fail(`max_position_embeddings ${config.maxPositionEmbeddings} leaves no room for text behind \
pad_token_id ${config.padTokenId}`);
  const ranges = [
    ['rel_pos_bins', config.relPosBins, 'max_rel_pos', config.maxRelPos],
    ['rel_2d_pos_bins', config.rel2dPosBins, 'max_rel_2d_pos', config.maxRel2dPos],
  ] as const;
  for (const [binsKey, bins, rangeKey, range] of ranges)
    if (range <= Math.floor(Math.floor(bins / 2) / 2))
      fail(`${rangeKey} ${range} is too small for ${binsKey} ${bins}`);
  const length = config.galley.max_length;
  if (length !== undefined && length > maxTextLength(config))
    fail(
      `galley.max_length ${length} exceeds the ${maxTextLength(config)} tokens the model has positions for`,
    );
}
