import { describe, expect, it } from 'vitest';
import { labelWords } from './spans.ts';

const brief = (text: string, base: 'INSTRUCTION_STEP' | 'O' = 'INSTRUCTION_STEP') =>
  labelWords(text, base).map(({ text, label }) => `${text}/${label}`);

describe('labelWords', () => {
  it('labels spans inside directions, punctuation with its word', () => {
    expect(brief('Bake ({M:ten minutes}) in {P:hot oven}.')).toEqual([
      'Bake/INSTRUCTION_STEP',
      '(ten/TIME',
      'minutes)/TIME',
      'in/INSTRUCTION_STEP',
      'hot/TEMP',
      'oven./TEMP',
    ]);
    expect(brief('{V:Serves six.}')).toEqual(['Serves/SERVINGS', 'six./SERVINGS']);
  });

  it('drops the marks outside directions', () => {
    expect(brief('Stand {M:an hour}.', 'O')).toEqual(['Stand/O', 'an/O', 'hour./O']);
  });

  it.each([['{M:ten minutes'], ['{X:ten}'], ['{M:ten {P:hot}'], ['ten}'], ['#left#'], ['[a|b]']])(
    'refuses %s',
    (text) => {
      expect(() => labelWords(text, 'INSTRUCTION_STEP')).toThrow();
    },
  );
});
