/** Text without space and punctuation at its ends; null where nothing is left. Brackets that close stay. */
export function tidy(text: string): string | null {
  const bare = text
    .replace(/\s+/g, ' ')
    .replace(/^[^\p{L}\p{N}([“"]+/u, '')
    .replace(/[^\p{L}\p{N})\]”"%°]+$/u, '')
    .trim();
  return /[\p{L}\p{N}]/u.test(bare) ? bare : null;
}

/** A line without what stands in brackets, which becomes notes; "(optional)" is told apart. */
export function withoutBrackets(text: string): { text: string; notes: string[]; optional: boolean } {
  const notes: string[] = [];
  const open = text.replace(
    /[([{]([^()[\]{}]{2,})[)\]}]|\(([^()]{2,})$/g,
    (_, closed?: string, left?: string) => {
      notes.push(closed ?? left ?? '');
      return ' ';
    },
  );
  const said = notes.map((note) => tidy(note)).filter((note) => note !== null);
  const optional = said.some((note) => /^optional$/i.test(note)) || /\boptional\b/i.test(open);
  return {
    text: open.replace(/[,;\s]*\boptional\b/i, '').trim(),
    notes: said.filter((note) => !/^optional$/i.test(note)),
    optional,
  };
}

/** Where a name ends and what is done with it begins. */
const DONE_WITH =
  /[,;]\s+|\s+(?=(?:\p{L}+ed and )?(?:finely |thinly |coarsely |well |slightly )?(?:dissolved|soaked|cut|sliced|mixed|cooked|beaten|chopped|broken|moistened|pounded|rubbed|worked|diluted|softened|parboiled|stoned|seeded|melted|blanched|grated)(?:\s+(?:in|into|with|from|for|and|thin|fine|very|to|stiff|stiffly|light|lightly|hard|soft|well)\b|[.,;]*$))|\s+(?=(?:to|for)\s+(?:roll|taste|garnish|sprinkle|serve|fry|frying|dredge|dredging|dust|dusting|grease|cover|moisten|season|spread|thicken)\b)/iu;

/** The name of a thing, and what is said of it after a comma or a participle. */
export function noteAfter(text: string): { name: string | null; note: string | null } {
  const found = DONE_WITH.exec(text);
  // "gelatine or" whose other half is not there
  if (!found && /\s(or|and|of|with)\W*$/i.test(text))
    return { name: tidy(text.replace(/\s(or|and|of|with)\W*$/i, '')), note: null };
  if (!found || found.index === 0) return { name: tidy(text), note: null };
  const name = tidy(text.slice(0, found.index));
  if (name === null) return { name: tidy(text), note: null };
  return { name, note: tidy(text.slice(found.index + found[0].length)) };
}
