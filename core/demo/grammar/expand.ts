import { GalleyError } from '../../errors/galley-error.ts';
import type { Random } from '../random.ts';

/** Alternatives by name: texts, or a function that makes one. */
export type Rules = Readonly<Record<string, readonly string[] | ((random: Random) => string)>>;

/** What a caller lays over the rules for one text: the nouns of one recipe, say. */
export type Bindings = Readonly<Record<string, string | readonly string[]>>;

const MAX_DEPTH = 24;

/**
 * One random text of a template. `#name#` is an alternative of that rule (bindings first), `[a|b|]` one of the
 * choices, which may be empty and may nest; everything else stands for itself, span marks `{M:...}` included
 * (see spans.ts). Spaces that an empty choice leaves behind are closed.
 * @throws GalleyError `invalid-data` naming an unknown rule, an open bracket, or rules that never end
 */
export function expand(template: string, rules: Rules, random: Random, bindings: Bindings = {}): string {
  return tidy(expandRaw(template, rules, random, bindings, 0));
}

function expandRaw(
  template: string,
  rules: Rules,
  random: Random,
  bindings: Bindings,
  depth: number,
): string {
  if (depth > MAX_DEPTH) throw new GalleyError('invalid-data', `rules that never end: "${template}"`);
  let out = '';
  for (let i = 0; i < template.length; i++) {
    const c = template[i];
    if (c === '#') {
      const end = template.indexOf('#', i + 1);
      if (end < 0) throw new GalleyError('invalid-data', `an open # in "${template}"`);
      const name = template.slice(i + 1, end);
      out += expandRaw(alternative(name, rules, random, bindings), rules, random, bindings, depth + 1);
      i = end;
    } else if (c === '[') {
      const end = closing(template, i);
      const choice = random.pick(choices(template.slice(i + 1, end)));
      out += expandRaw(choice, rules, random, bindings, depth + 1);
      i = end;
    } else out += c;
  }
  return out;
}

function alternative(name: string, rules: Rules, random: Random, bindings: Bindings): string {
  const bound = bindings[name];
  if (typeof bound === 'string') return bound;
  const rule = rules[name];
  if (!bound && typeof rule === 'function') return rule(random);
  const found = bound ?? (rule as readonly string[] | undefined);
  if (!found || found.length === 0) throw new GalleyError('invalid-data', `no rule is called "${name}"`);
  return random.pick(found);
}

function closing(text: string, open: number): number {
  let depth = 0;
  for (let i = open; i < text.length; i++) {
    if (text[i] === '[') depth++;
    else if (text[i] === ']' && --depth === 0) return i;
  }
  throw new GalleyError('invalid-data', `an open bracket in "${text}"`);
}

function choices(text: string): string[] {
  const found = [''];
  let depth = 0;
  for (const c of text) {
    if (c === '[') depth++;
    else if (c === ']') depth--;
    if (c === '|' && depth === 0) found.push('');
    else found[found.length - 1] += c;
  }
  return found;
}

function tidy(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/ ([,.;:)])/g, '$1')
    .replace(/([,;])([,;.])/g, '$2')
    .replace(/(\w)\.\.(?!\.)/g, '$1.')
    .trim();
}

/** Prose from an expanded text: sentences begin with a capital, and "a" before a vowel is "an". */
export function prose(text: string): string {
  return text
    .replace(/\b([Aa]) (?=(?:\{\w:)?[aeiouAEIO]\w)(?!one\b|uni|use|eu|one-)/g, '$1n ')
    .replace(
      /(^|(?<! F)[.!?]\}? +)((?:\{\w:)?)([a-z])/g,
      (_, before, mark, letter) => before + mark + letter.toUpperCase(),
    );
}

/** "baked white fish" as a title: "Baked White Fish", small words kept low. */
export function titleCase(text: string): string {
  return text
    .split(' ')
    .map((word, i) =>
      i > 0 && /^(?:of|and|with|in|on|the|a|an|for|to|or|à|la|au|aux|en|de|du|from|without|l'|d')$/.test(word)
        ? word
        : word.replace(/^[("]?\p{Ll}/u, (letter) => letter.toUpperCase()),
    )
    .join(' ');
}
