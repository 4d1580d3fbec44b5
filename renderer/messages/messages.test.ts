import { describe, expect, it } from 'vitest';
import { en } from './en.ts';
import { formatDuration, formatNumber, formatShare, t } from './index.ts';

describe('t', () => {
  it('puts values in and chooses the plural', () => {
    expect(t('pages.count', { count: 1 })).toBe('1 page');
    expect(t('pages.count', { count: 12480 })).toBe('12 480 pages');
    expect(t('palette.goToPage', { page: '42' })).toBe('Go to page 42');
  });
});

describe('the catalogue', () => {
  it('is in sentence case, without stray spaces', () => {
    const texts = Object.values(en).flatMap((entry) =>
      typeof entry === 'string' ? [entry] : [entry.one, entry.other],
    );
    for (const text of texts) {
      expect(text).toBe(text.trim());
      expect(text).not.toContain('  ');
    }
  });
});

describe('numbers', () => {
  it('have units and never round to certainty', () => {
    expect(formatShare(0.874)).toBe('87 %');
    expect(formatShare(0.999)).toBe('99 %');
    expect(formatShare(0.001)).toBe('1 %');
    expect(formatShare(1)).toBe('100 %');
    expect(formatNumber(1234)).toBe('1234');
    expect([45, 200, 240, 7500].map(formatDuration)).toEqual(['45 s', '3 min 20 s', '4 min', '2 h 5 min']);
  });
});
