import { GalleyError } from '../../errors/galley-error.ts';

/**
 * Rules from text, for word lists too long for brackets and quotes. A line `name: one / other / third` begins a rule,
 * lines that begin with a space go on with it, ` / ` parts the alternatives, `_` is the empty one.
 * @throws GalleyError `invalid-data` for a line that belongs to no rule, or a rule given twice
 */
export function rulesOf(text: string): Record<string, readonly string[]> {
  const rules: Record<string, string> = {};
  let name = '';
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    const begun = /^(\w+):(.*)$/.exec(line);
    if (begun) {
      name = begun[1];
      if (rules[name] !== undefined)
        throw new GalleyError('invalid-data', `the rule "${name}" is given twice`);
      rules[name] = begun[2];
    } else if (name && line.startsWith(' ')) rules[name] += ` ${line.trim()}`;
    else throw new GalleyError('invalid-data', `a line that belongs to no rule: "${line}"`);
  }
  return Object.fromEntries(
    Object.entries(rules).map(([key, alternatives]) => [
      key,
      alternatives.split(' / ').map((alternative) => (alternative.trim() === '_' ? '' : alternative.trim())),
    ]),
  );
}
