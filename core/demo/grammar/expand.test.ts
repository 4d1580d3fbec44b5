import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from '../random.ts';
import { expand, prose, titleCase } from './expand.ts';

const random = () => new Random(1, 'expand');

describe('expand', () => {
  it('follows rules, bindings first, and closes the gaps of empty choices', () => {
    const rules = { fish: ['cod'], dish: ['fried #fish#'] };
    expect(expand('#dish#, [|] hot.', rules, random())).toBe('fried cod, hot.');
    expect(expand('#dish#', rules, random(), { fish: 'shad' })).toBe('fried shad');
    expect(expand('#dish#', rules, random(), { fish: ['eels'] })).toBe('fried eels');
    expect(expand('#n#', { n: (r) => `${r.int(7, 7)}` }, random())).toBe('7');
  });

  it('takes every choice of nested brackets sooner or later', () => {
    const stream = random();
    const seen = new Set(Array.from({ length: 200 }, () => expand('[a|[b|c #x#]|]d', { x: ['e'] }, stream)));
    expect(seen).toEqual(new Set(['ad', 'bd', 'c ed', 'd']));
  });

  it.each([
    ['#nothing#', /no rule is called "nothing"/],
    ['#open', /an open #/],
    ['[open', /an open bracket/],
    ['#loop#', /never end/],
  ])('refuses %s', (template, message) => {
    expect(() => expand(template, { loop: ['#loop#'] }, random())).toThrow(message);
  });
});

describe('prose', () => {
  it('begins sentences with capitals, span marks or not, and minds the vowel', () => {
    expect(prose('add a egg. {V:serves six.} bake in a {P:oven}. a one-pound cod; a onion.')).toBe(
      'Add an egg. {V:Serves six.} Bake in an {P:oven}. A one-pound cod; an onion.',
    );
    expect(prose('boil to 238° F. then cool.')).toBe('Boil to 238° F. then cool.');
  });

  it('changes nothing but letters and articles', () => {
    const text = fc.stringMatching(/^[a-z ,;.]{0,60}$/);
    fc.assert(
      fc.property(text, (t) => {
        expect(prose(t).toLowerCase().replace(/\ban /g, 'a ')).toBe(t.replace(/\ban /g, 'a '));
      }),
    );
  });
});

describe('titleCase', () => {
  it('keeps small words low and accents right', () => {
    expect(titleCase('purée of peas à la vienna (with éclairs)')).toBe(
      'Purée of Peas à la Vienna (With Éclairs)',
    );
  });
});
