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
  it('draws an own set as the set says, and the rest by its place', () => {
    const map = new LabelMap(['O', 'B-TOTAL', 'I-TOTAL', 'B-DATE', 'I-DATE'], {
      'B-DATE': { colour: '#123456', key: 'd', letter: 'Y' },
    });
    expect(map.styleOf(3)).toMatchObject({ colour: '#123456', key: 'd', letter: 'Y' });
    expect(map.styleOf(1).colour).toBe(map.styleOf(2).colour);
    expect(map.styleOf(1)).toMatchObject({ key: '1', letter: 'T' });
    expect(map.styleOf(0).colour).toBe(LabelMap.default.styleOf(0).colour);
  });
  it('gives a key to one label only', () => {
    const map = new LabelMap(['O', 'A', 'B'], { B: { key: '1' } });
    expect(map.names.map((_, id) => map.styleOf(id).key)).toEqual(['0', '', '1']);
  });
});
