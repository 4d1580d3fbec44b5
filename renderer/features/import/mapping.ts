/** Choices of the label table that are no label. */
export const AS_IT_IS = '=';
export const UNDECIDED = '?';

/** What the contract wants of the choices: only labels that become something else; null leaves words undecided. */
export function mappingOf(chosen: Readonly<Record<string, string>>): Record<string, string | null> {
  return Object.fromEntries(
    Object.entries(chosen).flatMap(([label, becomes]) =>
      becomes === AS_IT_IS || becomes === label ? [] : [[label, becomes === UNDECIDED ? null : becomes]],
    ),
  );
}
