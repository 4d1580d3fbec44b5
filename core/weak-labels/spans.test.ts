import { describe, expect, it } from 'vitest';
import { findSpans } from './spans.ts';

const spans = (text: string, label: string) => {
  const words = text.split(' ');
  return findSpans(words)
    .filter((span) => span.label === label)
    .map((span) => span.words.map((i) => words[i]).join(' '));
};

describe('TIME', () => {
  it.each([
    ['Boil five minutes, then cool.', ['five minutes,']],
    ['Bake thirty to forty-five minutes in a pan.', ['thirty to forty-five minutes']],
    ['Steam one and one-half hours.', ['one and one-half hours.']],
    ['Let stand one hour and a half before using.', ['one hour and a half']],
    ['Simmer in a jar from one to one and a half hours, no more.', ['one to one and a half hours,']],
    ['Soak several hours or over night.', ['several hours']],
    ['Simmer a few minutes only.', ['a few minutes']],
    ['Stir half an hour, and a quarter of an hour more.', ['half an hour,', 'a quarter of an hour']],
    ['Fry fif- teen minutes.', ['fif- teen minutes.']],
    ['Fry fifteen min- utes on each side.', ['fifteen min- utes']],
    ['Beat thirty- five minutes.', ['thirty- five minutes.']],
    ['Knead tventy minntes on a board.', ['tventy minntes']],
    ['Basting every ten minutes with fat.', ['ten minutes']],
    ['Turn the jar in the last hour.', []],
    ['Cover it the first half-hour.', []],
    ['Put it over the fire. Bring to the boil.', []],
    ['Add three eggs. Minute steaks are thin.', []],
  ])('%s', (text, expected) => {
    expect(spans(text, 'TIME')).toEqual(expected);
  });
});

describe('TEMP', () => {
  it.each([
    ['Bake in a moderate oven until brown.', ['moderate oven']],
    ['Bake in a very hot oven, basting.', ['very hot oven,']],
    ['Keep in too quick an oven, and it dries.', ['too quick an oven,']],
    ['Bake in a mod- erate oven.', ['mod- erate oven.']],
    ['Boil to 238° F. and cool.', ['238° F.']],
    ['Keep at 95° to 100° F. all day.', ['95° to 100° F.']],
    ['Put in the oven and brown.', []],
    ['Pour hot water over it.', []],
  ])('%s', (text, expected) => {
    expect(spans(text, 'TEMP')).toEqual(expected);
  });
});

describe('SERVINGS', () => {
  it.each([
    ['Chill well. This recipe makes three pans. Serve cold.', ['This recipe makes three pans.']],
    [
      'This will make a gallon and more than twelve cups.',
      ['This will make a gallon and more than twelve cups.'],
    ],
    ['Cut in squares. Serves six.', ['Serves six.']],
    ['Enough for eight persons.', ['Enough for eight persons.']],
    ['Serve with six slices of toast.', []],
    ['Make a sauce of two cups milk.', []],
    ['This makes it brown.', []],
  ])('%s', (text, expected) => {
    expect(spans(text, 'SERVINGS')).toEqual(expected);
  });
});
