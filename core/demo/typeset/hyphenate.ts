const VOWEL = /[aeiouyàâéèêëîïôûü]/i;
/** Consonants that belong to one syllable when they meet. */
const TOGETHER =
  /^(?:bl|br|ch|cl|cr|dr|fl|fr|gl|gr|ph|pl|pr|sc|sh|sk|sl|sm|sn|sp|st|str|sw|th|tr|tw|wh|ck|qu|gh)$/i;
const SUFFIXES = /(?:ing|ed|es|ly|ness|ment|tion|ture|ful|less)$/;

/**
 * Where a printer might divide a word, as lengths of the first part: after a hyphen the word has, else between
 * syllables by the usual signs (a vowel, one or two consonants, a vowel), two letters kept before and three after.
 */
export function breakPoints(word: string): number[] {
  const hyphens = [...word.matchAll(/-(?=\p{L}{2})/gu)]
    .map((match) => match.index + 1)
    .filter((at) => at > 2);
  if (hyphens.length > 0) return hyphens;
  const letters = /^["'“(]*(\p{L}+)/u.exec(word);
  if (!letters || letters[1].length < 6 || /^\p{Lu}{2}/u.test(letters[1])) return [];
  const start = letters[0].length - letters[1].length;
  const core = letters[1];
  const points: number[] = [];
  for (let i = 1; i < core.length - 2; i++) {
    if (!VOWEL.test(core[i - 1])) continue;
    let j = i;
    while (j < core.length && !VOWEL.test(core[j])) j++;
    const run = core.slice(i, j);
    if (j >= core.length || run.length === 0) continue;
    const at = run.length === 1 || TOGETHER.test(run) ? i : i + 1;
    if (
      at >= 2 &&
      core.length - at >= 3 &&
      VOWEL.test(core.slice(0, at)) &&
      !/^(?:ed|es|e)$/.test(core.slice(at))
    )
      points.push(start + at);
  }
  const suffix = SUFFIXES.exec(core);
  if (suffix && suffix[0].length >= 3 && suffix.index > 3) points.push(start + suffix.index);
  return [...new Set(points)].sort((a, b) => a - b);
}
