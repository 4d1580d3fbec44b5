import { describe, expect, it } from 'vitest';
import { WarningNotes } from './warning-notes.ts';

const noted = (messages: string[]): string[] => {
  const lines: string[] = [];
  const notes = new WarningNotes((line) => lines.push(line));
  for (const message of messages) notes.add(message);
  notes.end();
  return lines;
};

describe('warnings on the command line', () => {
  it('names two pages with the same trouble and counts the others in one line', () => {
    expect(noted([5, 6, 7, 8, 9].map((n) => `page ${n}: has no image`))).toEqual([
      'warning: page 5: has no image',
      'warning: page 6: has no image',
      'warning: 3 more pages: has no image (pages 7, 8, 9)',
    ]);
  });

  it('holds back nothing that is said once, or of no page', () => {
    const all = ['the loss is not a number', 'page 3: damaged picture', 'the loss is not a number'];
    expect(noted(all)).toEqual(all.map((m) => `warning: ${m}`));
  });
});
