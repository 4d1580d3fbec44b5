import { expect, it } from 'vitest';
import { isNearly, withinOneEdit } from './near-word.ts';

it('knows words one letter apart', () => {
  expect(withinOneEdit('twenty', 'tventy')).toBe(true);
  expect(withinOneEdit('twenty', 'twent')).toBe(true);
  expect(withinOneEdit('hours', 'hourss')).toBe(true);
  expect(withinOneEdit('', 'a')).toBe(true);
  expect(withinOneEdit('twenty', 'tvvnty')).toBe(false);
  expect(withinOneEdit('ab', 'ba')).toBe(false);
  expect(isNearly('fire', ['five'], 5)).toBe(false);
  expect(isNearly('eigbt', ['eight'], 5)).toBe(true);
});
