import { expect, it } from 'vitest';
import { AS_IT_IS, mappingOf, UNDECIDED } from './mapping.ts';

it('sends only what becomes something else', () => {
  expect(
    mappingOf({ header: 'TITLE', TITLE: 'TITLE', other: AS_IT_IS, noise: 'O', scribble: UNDECIDED }),
  ).toEqual({
    header: 'TITLE',
    noise: 'O',
    scribble: null,
  });
});
