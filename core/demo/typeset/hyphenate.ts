const VOWEL = /[aeiouyàâéèêëîïôûü]/i;
/** Consonants that belong to one syllable when they meet. */
const TOGETHER = /^(?:bl|br|ch|cl|cr|dr|fl|fr|gl|gr|ph|pl|pr|sh|sl|sm|sn|st|str|sw|th|tr|tw|wh|qu|gh)$/i;

/** Common words whose divisions the rule of thumb would get wrong. */
const KNOWN = new Map(
  `min-ute min-utes fif-teen twen-ty thir-ty for-ty fif-ty sev-eral moder-ate mod-erate vege-ta-bles vege-table pep-per but-ter but-tered but-tering wa-ter dif-fer-ent
  meas-ure meas-ures sea-son sea-soned sea-son-ing sea-son-ings mix-ture mix-tures su-gar sug-ar pow-der pow-dered tea-spoon tea-spoons ta-ble-spoon ta-ble-spoons table-spoon
  cov-er cov-ered boil-ing stir-ring add-ing serv-ing bak-ing cook-ing beat-ing us-ing mak-ing cut-ting roll-ing dip-ping drip-ping fry-ing brown-ing slic-ing remain-ing
  re-main-ing con-stant-ly grad-u-ally grad-ually slow-ly slight-ly thor-ough-ly fine-ly care-ful-ly quick-ly close-ly light-ly pars-ley cel-ery pota-to pota-toes toma-to toma-toes
  on-ion on-ions car-rot car-rots cab-bage let-tuce mush-rooms oys-ter oys-ters lob-ster shrimps clams chick-en tur-key par-tridge sal-mon hali-but mack-erel had-dock
  lem-on lem-ons or-ange or-anges rai-sins cur-rants straw-ber-ries rasp-ber-ries black-berries cran-ber-ries cher-ries pine-apple choco-late va-nilla cara-mel cin-na-mon nut-meg
  ging-er mo-las-ses al-monds wal-nuts gela-tine custard cus-tard pud-ding pud-dings pas-try frost-ing fill-ing dress-ing stuff-ing sand-wiches bis-cuit bis-cuits muf-fins crack-er crack-ers crumbs
  sauce-pan stew-pan over-night before be-fore un-til to-gether re-move re-serve re-peat re-heat gar-nish ar-range arrange-ment sprin-kle strain-er strain-ers dou-ble boil-er oven plat-ter
  in-gre-di-ents ingre-dients in-stead rath-er anoth-er remem-bered impor-tant impor-tance house-keeper house-wife varie-ties varie-ty quan-tity quan-tities tem-perature temper-ature com-position
  con-tain con-tains con-taining per-centage nutri-tious nutri-ment min-eral pro-teid albu-men cellu-lose gath-ered mar-ket flavor fla-vor fla-vored fla-vor-ing deli-cate deli-cately`
    .split(/\s+/)
    .filter((word) => word.includes('-'))
    .map((word): [string, number[]] => {
      const parts = word.split('-');
      const at: number[] = [];
      let length = 0;
      for (const part of parts.slice(0, -1)) {
        length += part.length;
        at.push(length);
      }
      return [parts.join(''), at];
    }),
);

/**
 * Where a printer might divide a word, as lengths of the first part: after a hyphen the word has, else where such
 * words are divided, else between syllables by the usual signs (a vowel, one or two consonants, a vowel), two letters
 * kept before and three after.
 */
export function breakPoints(word: string): number[] {
  const hyphens = [...word.matchAll(/-(?=\p{L}{2})/gu)]
    .map((match) => match.index + 1)
    .filter((at) => at > 2);
  if (hyphens.length > 0) return hyphens;
  const letters = /^["'“(]*(\p{L}+)/u.exec(word);
  if (!letters || letters[1].length < 5 || /^\p{Lu}{2}/u.test(letters[1])) return [];
  const start = letters[0].length - letters[1].length;
  const core = letters[1];
  const known = KNOWN.get(core.toLowerCase());
  if (known) return known.filter((at) => at >= 2).map((at) => start + at);
  return core.length < 6 ? [] : syllables(core).map((at) => start + at);
}

function syllables(core: string): number[] {
  const points: number[] = [];
  for (let i = 1; i < core.length - 2; i++) {
    if (!VOWEL.test(core[i - 1])) continue;
    let j = i;
    while (j < core.length && !VOWEL.test(core[j])) j++;
    const run = core.slice(i, j).toLowerCase();
    if (j >= core.length || run.length === 0) continue;
    const at = run === 'ck' || run === 'x' ? j : run.length === 1 || TOGETHER.test(run) ? i : i + 1;
    const rest = core.slice(at);
    if (at < 2 || rest.length < 3 || /^(?:\p{L}?ed|\p{L}?es|\p{L}?le[sd]?|\p{L}ue)$/u.test(rest)) continue;
    points.push(at);
  }
  const suffix = /(?:ing|ness|ment|ture|ful|less)$/.exec(core);
  if (suffix && suffix.index > 3 && core[suffix.index - 1] !== core[suffix.index - 2]) {
    const kept = points.filter((at) => at <= suffix.index - 2);
    return [...kept, suffix.index];
  }
  return [...new Set(points)];
}
