import { describe, expect, it } from 'vitest';
import { checkFingerprint, type StageFingerprint, stageRecipe } from './fingerprint.ts';
import { recipeOf, trainingSchema } from './options.ts';

const fingerprint = (
  options: Record<string, unknown>,
  precision: 'float32' | 'float16' | 'int8',
): StageFingerprint => {
  const recipe = stageRecipe(recipeOf(trainingSchema.parse(options)), {
    learningRate: 5e-5,
    epochs: 3,
    precision,
  });
  return { stage: 'full', recipe, config: 'c', data: 'd' };
};
const check = (saved: StageFingerprint, now: StageFingerprint) => () => checkFingerprint(saved, now, 'here');

describe('what a checkpoint was computed in', () => {
  const half = fingerprint({ fp16: true }, 'float16');
  const plain = fingerprint({}, 'float32');
  const inVain = fingerprint({ fp16: true }, 'float32');

  it('must be the same to go on, float16 as 8 bits', () => {
    expect(check(half, half)).not.toThrow();
    expect(check(half, plain)).toThrow(/trained with precision "float16", now it is "float32"/);
    expect(check(half, inVain)).toThrow(/"float16", now it is "float32"/);
    expect(check(half, inVain)).toThrow(
      expect.objectContaining({ hint: expect.stringMatching(/^resume with --fp16 on WebGPU or CUDA/) }),
    );
    expect(check(plain, half)).toThrow(/"float32", now it is "float16"/);
    expect(check(plain, fingerprint({ precision: 'int8' }, 'int8'))).toThrow(/precision/);
  });

  it('is what counts, not the wish for it, in checkpoints from before it was built too', () => {
    expect(check(inVain, plain)).not.toThrow();
    const old = { ...plain, recipe: { ...plain.recipe, fp16: true } };
    expect(check(old, plain)).not.toThrow();
    expect(check(old, half)).toThrow(/precision/);
  });
});
