import { describe, expect, it } from 'vitest';
import { parseConfig } from './config.ts';
import { initParameters, parameterCount, parameterSpecs } from './parameters.ts';

const BASE = { max_position_embeddings: 514, type_vocab_size: 1 };
const TINY = {
  vocab_size: 40,
  hidden_size: 24,
  coordinate_size: 4,
  shape_size: 4,
  num_attention_heads: 3,
  num_hidden_layers: 1,
  intermediate_size: 10,
  input_size: 32,
};
const names = (json: object) => parameterSpecs(parseConfig(json)).map((spec) => spec.name);

describe('parameterSpecs', () => {
  it('counts the parameters of the published base model and its heads', () => {
    const count = (num_labels: number) => {
      const specs = parameterSpecs(parseConfig({ ...BASE, num_labels }));
      const backbone = specs.filter((spec) => spec.part !== 'head');
      return [specs.length, parameterCount(backbone), parameterCount(specs)];
    };
    expect(count(7)).toEqual([214, 125_326_976, 125_332_359]);
    expect(count(13)).toEqual([216, 125_326_976, 125_927_565]);
  });

  it('counts the parameters of the published large model', () => {
    const large = {
      hidden_size: 1024,
      num_hidden_layers: 24,
      num_attention_heads: 16,
      intermediate_size: 4096,
    };
    const specs = parameterSpecs(parseConfig({ ...BASE, ...large, coordinate_size: 171, shape_size: 170 }));
    expect(parameterCount(specs.filter((spec) => spec.part !== 'head'))).toBe(356_005_376);
  });

  it('keeps the order of named_parameters', () => {
    const base = names(BASE);
    expect(base.slice(0, 5)).toEqual([
      'layoutlmv3.cls_token',
      'layoutlmv3.pos_embed',
      'layoutlmv3.embeddings.word_embeddings.weight',
      'layoutlmv3.embeddings.token_type_embeddings.weight',
      'layoutlmv3.embeddings.LayerNorm.weight',
    ]);
    expect(base.slice(-5)).toEqual([
      'layoutlmv3.encoder.rel_pos_bias.weight',
      'layoutlmv3.encoder.rel_pos_x_bias.weight',
      'layoutlmv3.encoder.rel_pos_y_bias.weight',
      'classifier.weight',
      'classifier.bias',
    ]);
  });

  it('decays what the Trainer decays', () => {
    const decayed = parameterSpecs(parseConfig({ ...TINY, num_labels: 12 }))
      .filter((spec) => spec.decay)
      .map((spec) => spec.name.replace(/^layoutlmv3\./, ''));
    expect(decayed).toEqual([
      'cls_token',
      'pos_embed',
      ...['word', 'token_type', 'position', 'x_position', 'y_position', 'h_position', 'w_position'].map(
        (table) => `embeddings.${table}_embeddings.weight`,
      ),
      'patch_embed.proj.weight',
      ...['self.query', 'self.key', 'self.value', 'output.dense'].map(
        (role) => `encoder.layer.0.attention.${role}.weight`,
      ),
      'encoder.layer.0.intermediate.dense.weight',
      'encoder.layer.0.output.dense.weight',
      'classifier.dense.weight',
      'classifier.out_proj.weight',
    ]);
  });

  it('leaves out what the flags switch off', () => {
    expect(
      names({ visual_embed: false }).some((n) => /cls_token|pos_embed|patch|v3\.norm|v3\.LayerNorm/.test(n)),
    ).toBe(false);
    expect(names({ has_relative_attention_bias: false }).filter((n) => n.includes('rel_pos'))).toEqual([
      'layoutlmv3.encoder.rel_pos_x_bias.weight',
      'layoutlmv3.encoder.rel_pos_y_bias.weight',
    ]);
    expect(names({ has_spatial_attention_bias: false }).filter((n) => n.includes('rel_pos'))).toEqual([
      'layoutlmv3.encoder.rel_pos_bias.weight',
    ]);
  });
});

describe('initParameters', () => {
  const config = parseConfig({ ...TINY, max_2d_position_embeddings: 4000 });

  it('repeats itself for a seed, tensor by tensor', () => {
    const a = initParameters(config, 42);
    const b = initParameters(parseConfig({ ...TINY, max_2d_position_embeddings: 4000, num_labels: 12 }), 42);
    const name = 'layoutlmv3.embeddings.x_position_embeddings.weight';
    expect(a.get(name)).toEqual(b.get(name));
    expect(a.get(name)).not.toEqual(initParameters(config, 43).get(name));
    expect(a.get(name)).not.toEqual(a.get(name.replace('.x_', '.y_')));
  });

  it('draws the normal distribution of the configuration', () => {
    const x = initParameters(config, 7).get('layoutlmv3.embeddings.x_position_embeddings.weight')!;
    const mean = x.reduce((a, b) => a + b, 0) / x.length;
    const std = Math.sqrt(x.reduce((a, b) => a + (b - mean) ** 2, 0) / x.length);
    expect(Math.abs(mean)).toBeLessThan(0.0008); // 5 standard errors of 16 000 draws
    expect(Math.abs(std - 0.02)).toBeLessThan(0.0006);
    const beyondTwoStd = x.filter((v) => Math.abs(v) > 0.04).length / x.length;
    expect(Math.abs(beyondTwoStd - 0.0455)).toBeLessThan(0.009);
  });

  it('zeroes padding rows, biases and visual tokens, and sets LayerNorms to one', () => {
    const p = initParameters(config, 7);
    const word = p.get('layoutlmv3.embeddings.word_embeddings.weight')!;
    expect(word.subarray(24, 48).every((v) => v === 0)).toBe(true);
    expect(word.subarray(0, 24).some((v) => v !== 0)).toBe(true);
    expect(p.get('layoutlmv3.cls_token')!.every((v) => v === 0)).toBe(true);
    expect(p.get('classifier.bias')!.every((v) => v === 0)).toBe(true);
    expect(p.get('layoutlmv3.norm.weight')!.every((v) => v === 1)).toBe(true);
  });
});
