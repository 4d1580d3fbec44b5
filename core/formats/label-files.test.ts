import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LabelMap } from '../labels/labels.ts';
import { chooseLabels, mapLabel, readLabelMapping, readLabelSet } from './label-files.ts';

let work: string;
beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'galley-labels-'));
});
afterAll(() => rmSync(work, { recursive: true, force: true }));
const file = (text: string) => {
  const path = join(work, 'file.yaml');
  writeFileSync(path, text);
  return path;
};

describe('a label mapping', () => {
  it('maps exactly first, then by the bare name, then by *', async () => {
    const mapping = await readLabelMapping(file('question: ASK\nB-answer: SAY\nnoise: null\n"*": O\n'));
    const has = (name: string) => name === 'B-ASK';
    expect(
      ['question', 'B-question', 'I-question', 'B-answer', 'noise', 'else'].map((l) =>
        mapLabel(l, mapping, has),
      ),
    ).toEqual(['ASK', 'B-ASK', 'ASK', 'SAY', null, 'O']);
    expect(mapLabel('else', {})).toBe('else');
    expect(mapLabel('constructor', {})).toBe('constructor');
  });
  it('is refused with what is wrong', async () => {
    await expect(readLabelMapping(file('a: [1]\n'))).rejects.toThrow(/a: /);
    await expect(readLabelMapping(file('a: : b\n'))).rejects.toThrow(/not valid YAML/);
    await expect(readLabelMapping(file('x: &a {b: c}\ny: *a\n'))).rejects.toThrow(/YAML|alias/i);
  });
});

describe('a label set', () => {
  it('has O at 0, colours and keys', async () => {
    const map = await readLabelSet(
      file(
        'labels:\n  - name: TOTAL\n    colour: "#aa3355"\n    key: t\n    title: Total\n  - O\n  - DATE\n',
      ),
    );
    expect(map.names).toEqual(['O', 'TOTAL', 'DATE']);
    expect(map.styleOf(1)).toEqual({ colour: '#aa3355', key: 't', title: 'Total', letter: 'T' });
    expect(map.styleOf(2).key).toBe('2');
  });
  it('refuses one name, or one key, twice', async () => {
    await expect(readLabelSet(file('[A, A]'))).rejects.toThrow(/twice/);
    await expect(readLabelSet(file('[{name: A, key: x}, {name: B, key: x}]'))).rejects.toThrow(/key "x"/);
    await expect(readLabelSet(file('[{name: A, colour: red}]'))).rejects.toThrow(/file.yaml|#rrggbb|Invalid/);
  });
});

describe('chooseLabels', () => {
  it('takes Galley’s own set where every label is of it', () => {
    expect(chooseLabels(new Set(['TITLE', 'NOTE']), [], null, null)).toMatchObject({ own: true });
    expect(chooseLabels(new Set(), [], null, null).labelMap).toBe(LabelMap.default);
  });
  it('follows a scheme of which a page uses nothing but O', () =>
    expect(chooseLabels(new Set(['O']), [['O', 'A']], null, null).labelMap.names).toEqual(['O', 'A']));
  it('makes a set of what is used, in the order of its schemes, behind what was there', () => {
    const { labelMap, own } = chooseLabels(
      new Set(['C', 'A']),
      [['O', 'A', 'B']],
      null,
      new LabelMap(['O', 'Z']),
    );
    expect(labelMap.names).toEqual(['O', 'Z', 'A', 'B', 'C']);
    expect(own).toBe(false);
  });
  it('names labels that do not fit', () => {
    expect(() => chooseLabels(new Set(['C']), [], new LabelMap(['O', 'A']), null)).toThrow(
      /labels C are not in/,
    );
    expect(() => chooseLabels(new Set(['C']), [], null, LabelMap.default)).toThrow(/labels C are not in/);
  });
});
