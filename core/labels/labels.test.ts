import { describe, expect, it } from 'vitest';
import { LabelMap } from './labels.ts';

describe('LabelMap', () => {
  it('collapses NOTE to O', () => expect(LabelMap.default.idOf('NOTE')).toBe(0));
  it('goes through id2label and back', () => {
    const map = LabelMap.fromId2Label({ '1': 'B', '0': 'O', '2': 'A' });
    expect(map.names).toEqual(['O', 'B', 'A']);
    expect(LabelMap.fromId2Label(map.toId2Label()).equals(map)).toBe(true);
  });
  it('names what it does not know', () => {
    expect(() => LabelMap.default.idOf('FOO')).toThrow(/unknown label "FOO"/);
    expect(() => LabelMap.default.nameOf(9)).toThrow(/label id 9/);
    expect(() => LabelMap.fromId2Label({ '0': 'O', '2': 'X' })).toThrow(/0\.\.1/);
    expect(() => new LabelMap(['O', 'O'])).toThrow(/twice/);
  });
});
