import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readJson } from '../files/files.ts';
import { LabelMap } from '../labels/labels.ts';
import {
  configToJson,
  hasTwoLayerHead,
  maxTextLength,
  parseConfig,
  visualLength,
  withLabels,
} from './config.ts';

const shared = '../shared/data/tokenizers';

describe('parseConfig', () => {
  it('takes the class defaults of transformers where keys are absent', () => {
    const config = parseConfig({});
    expect(config.maxPositionEmbeddings).toBe(512);
    expect(config.typeVocabSize).toBe(2);
    expect(config.max2dPositionEmbeddings).toBe(1024);
    expect(config.rel2dPosBins).toBe(64);
    expect(config.labels.names).toEqual(['LABEL_0', 'LABEL_1']);
    expect(visualLength(config)).toBe(197);
    expect(maxTextLength(config)).toBe(510);
  });

  it('keeps unknown keys and both spellings of the dtype on a round trip', () => {
    const json = configToJson(parseConfig({ second_input_size: 112, dtype: 'bfloat16', x: { y: [1] } }));
    expect(json).toMatchObject({ second_input_size: 112, dtype: 'float32', x: { y: [1] } });
    expect(json).not.toHaveProperty('torch_dtype');
    expect(configToJson(parseConfig({ torch_dtype: 'float16' }))).toMatchObject({ torch_dtype: 'float32' });
    expect(configToJson(parseConfig(json))).toEqual(json);
  });

  it('keeps how a label set of its own looks, and forgets the looks of another', () => {
    const styles = { TOTAL: { colour: '#aa3355', key: 't' } };
    const json = configToJson(withLabels(parseConfig({}), new LabelMap(['O', 'TOTAL'], styles)));
    expect(parseConfig(JSON.parse(JSON.stringify(json))).labels.styleOf(1)).toMatchObject(styles.TOTAL);
    expect(configToJson(withLabels(parseConfig(json), LabelMap.default))).not.toHaveProperty('galley');
  });

  it('lets the forms of special tokens pass that v5 writes', () => {
    const json = { eos_token_id: [2, 5], bos_token_id: null };
    expect(configToJson(parseConfig(json))).toMatchObject(json);
  });

  it.each([
    [
      { hidden_size: 770 },
      /4 x coordinate_size \(128\) \+ 2 x shape_size \(128\) = 768, expected hidden_size 770/,
    ],
    [{ num_attention_heads: 7 }, /hidden_size 768 does not divide into num_attention_heads 7/],
    [{ model_type: 'bert' }, /"model_type": not a LayoutLMv3 model, found "bert"/],
    [{ hidden_act: 'relu' }, /"hidden_act": the only activation.*found "relu"/],
    [{ vocab_size: 'many' }, /"vocab_size": .*expected number.*found "many"/],
    [{ hidden_dropout_prob: 1 }, /hidden_dropout_prob/],
    [{ patch_size: 300 }, /patch_size 300 is larger than input_size 224/],
    [{ pad_token_id: 9, vocab_size: 5 }, /pad_token_id 9 is outside/],
    [{ rel_pos_bins: 600 }, /max_rel_pos 128 is too small/],
    [{ id2label: { 0: 'O', 2: 'X' } }, /id2label must map every id/],
    [{ hidden_size: 1e12 }, /hidden_size/],
    [{ galley: { max_length: 4000 } }, /max_length 4000 exceeds/],
    [[], /expected object/],
    [null, /expected object/],
  ])('refuses %j', (json, message) => {
    expect(() => parseConfig(json)).toThrow(message as RegExp);
  });

  it('switches to the two-layer head at ten labels', () => {
    const config = parseConfig({});
    const labels = (n: number) => new LabelMap(Array.from({ length: n }, (_, i) => `L${i}`));
    expect(hasTwoLayerHead(withLabels(config, labels(9)))).toBe(false);
    expect(hasTwoLayerHead(withLabels(config, labels(10)))).toBe(true);
  });

  it.skipIf(!existsSync(shared))('reads real files of transformers v4 and v5 and loses nothing', async () => {
    for (const version of ['v4', 'v5']) {
      const json = (await readJson(`${shared}/layoutlmv3-${version}/config.json`)) as object;
      const config = parseConfig(json);
      expect(config.maxPositionEmbeddings).toBe(514);
      expect(maxTextLength(config)).toBe(512);
      expect(config.labels.names[1]).toBe('B-HEADER');
      expect(configToJson(config)).toMatchObject(json);
    }
  });
});
