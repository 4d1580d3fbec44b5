import type { Random } from '../random.ts';
import { CLAUSES } from './clauses.ts';
import { expand, prose, type Rules, titleCase } from './expand.ts';
import { HOUSEHOLD } from './household.ts';
import * as words from './lexicon.ts';
import { PHRASES } from './phrases.ts';
import { inNumber, SENTENCES } from './sentences.ts';
import { STEPS } from './steps.ts';

const RULES: Rules = {
  dishName: [
    'Plain Paste',
    'White Sauce',
    'Lemon Jelly',
    'Boiled Rice',
    'French Dressing',
    'Puff Paste',
    'Tomato Soup',
  ],
  ...PHRASES,
  ...STEPS,
  ...CLAUSES,
  ...SENTENCES,
  ...HOUSEHOLD,
  fruitOrVegetable: [...words.FRUITS, ...words.VEGETABLES].map((word) => word.replace(/s$/, '')),
};

/** "flour", "the fillet" against "oysters", "geese". */
const isSingular = (topic: string) =>
  !/(?:[^s]s|geese)$/.test(topic) || /molasses|asparagus|cress/.test(topic);

function plainText(template: string, random: Random, topic: string): string {
  const singular = isSingular(topic);
  const [manyTopic, oneTopic] = singular
    ? [['such foods', 'these varieties', 'the finer grades'], topic]
    : [topic, [`a dish of ${topic}`, 'this food']];
  return inNumber(
    expand(template, RULES, random, {
      topic,
      manyTopic,
      oneTopic,
      main: [topic, 'pieces'],
    }),
    singular,
  );
}

/** A paragraph of `count` sentences about a topic; `advice` is the share of them in the imperative. */
export function essayParagraph(topic: string, count: number, advice: number, random: Random): string {
  const sentence = () => {
    if (random.chance(advice)) return random.chance(0.35) ? '#advice#' : '#adviceSentence#';
    return random.chance(0.3) ? '#fact#' : '#essaySentence#';
  };
  const sentences = Array.from({ length: count }, () => plainText(sentence(), random, topic));
  return prose([...new Set(sentences)].join(' '));
}

/** The heading over an essay inside a chapter, capitals to be set by the printer. */
export function sectionName(topic: string, random: Random): string {
  return titleCase(plainText('#sectionName#', random, topic));
}

export const howToName = (topic: string, random: Random): string =>
  titleCase(plainText('how to #howTo#', random, topic));

const sentencesOf = (rule: string, count: number, topic: string, random: Random): string =>
  [...new Set(Array.from({ length: count }, () => plainText(`#${rule}#`, random, topic)))].join(' ');

/** "To Broil Fish. Clean and wipe, ...": a way of cooking, run in, which stands over no recipe of its own. */
export function method(topic: string, random: Random): string {
  const name = titleCase(plainText('#methodName#', random, topic));
  return prose(`${name}. ${sentencesOf('methodSentence', random.int(3, 8), topic, random)}`);
}

/** "To Blanch Almonds. Cover with boiling water, ..." on a page of household hints. */
export function hint(random: Random): string {
  if (random.chance(0.5)) {
    const name = titleCase(plainText('#houseName#', random, 'food'));
    return prose(`${name}. ${sentencesOf('houseSentence', random.int(2, 5), 'food', random)}`);
  }
  const name = titleCase(plainText('#hintName#', random, 'food'));
  return prose(`${name}. ${sentencesOf('methodSentence', random.int(1, 4), 'food', random)}`);
}

/** `count` entries of a glossary, each of another term, in alphabetical order. */
export function glossary(count: number, random: Random): string[] {
  const terms = random
    .sample(RULES.term as readonly string[], count)
    .sort((one, other) => one.localeCompare(other, 'en'));
  return terms.map((term) => prose(plainText(`${term}. #meaning#.`, random, 'dishes')));
}
