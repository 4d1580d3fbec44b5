import { describe, expect, it } from 'vitest';
import { rulesOf } from './rule-text.ts';

describe('rulesOf', () => {
  it('reads alternatives over several lines', () => {
    expect(rulesOf('fish: cod / salt\n  cod / _\nmeat: veal')).toEqual({
      fish: ['cod', 'salt cod', ''],
      meat: ['veal'],
    });
  });

  it('refuses a rule given twice and a line that belongs to none', () => {
    expect(() => rulesOf('a: b\na: c')).toThrow(/"a" is given twice/);
    expect(() => rulesOf('  b / c')).toThrow(/belongs to no rule/);
  });
});
