/** Whether one letter changed, lost or added makes one word of the other. */
export function withinOneEdit(a: string, b: string): boolean {
  if (a === b) return true;
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  if (long.length - short.length > 1) return false;
  let i = 0;
  while (i < short.length && short[i] === long[i]) i++;
  return short.length === long.length
    ? short.slice(i + 1) === long.slice(i + 1)
    : short.slice(i) === long.slice(i + 1);
}

/** Whether a word of at least `least` letters is one of `words`, but for one misread letter. */
export function isNearly(word: string, words: readonly string[], least = 4): boolean {
  return word.length >= least && words.some((other) => other.length >= least && withinOneEdit(word, other));
}
