import { inWords } from './amounts.ts';
import type { Rules } from './expand.ts';
import { rulesOf } from './rule-text.ts';

/** What stands after the directions of some recipes, the yield among it. */
export const REMARKS: Rules = {
  servings: (r) => inWords(r.pick([4, 5, 6, 6, 6, 8, 8, 10, 12, 15, 20, 25, 30, 50])),
  ...rulesOf(`
remark: #main# may be used in place of #fruit#. / If liked, #spice# may be added. / Some prefer to omit
  the #spice#. / Any other #fruit# may be used in the same way. / A few #garnish# improve the flavor.
  / Left-over #vegetable# may be utilized in this way. / The #liquid# must be [boiling|ice cold|lukewarm]
  when added, otherwise the mixture will be [heavy|curdled|streaked]. / This is a good way of using [stale
  bread|cold meat|left-over vegetables|whites of eggs|sour milk]. / Care must be taken that the #main#
  does not scorch. / If the mixture separates, [set in ice water and beat|add more #liquid#|rub through
  #sieve#]. / This dish is much improved by standing #hours#. / Canned #vegetable# may be substituted for
  fresh, in which case less time is required for cooking. / When #fruit# are out of season, use
  [canned|preserved|dried] fruit. / The secret of success lies in [thorough beating|slow baking|having
  everything cold|a quick fire]. / If too thick, dilute with #liquid#. / Never allow #main# to boil after
  #egg# [are|is] added. / For a richer dish, use cream in place of #liquid#. / Graham flour may be used in
  place of one-half the white flour. / These will keep #hours# if closely covered. / Children are very
  fond of this dish. / The water in which #vegetable# were cooked may be saved for soup. / Many like the
  addition of #spoons# #herb#. / The rind should be yellow only, as the white is bitter. / If a stronger
  flavor is desired, increase the quantity of #spice#.
yield: {V:This recipe makes #number# #portion#.} / {V:This recipe will make #number# #portion#.} / {V:This
  mixture makes #number# #portion#.} / {V:Serves #servings#.} / {V:This will serve #servings#.} / {V:This
  quantity will serve #servings#.} / {V:Enough for #servings# persons.} / {V:This makes #number#
  #portion#.} / {V:Sufficient for #servings#.} / {V:This quantity makes about #number# #portion#.}
  / {V:The above makes #number# #portion#.} / {V:This will make one #vessel#.} / {V:This recipe serves
  #servings#.} / {V:This recipe makes one #vessel#.} / {V:Will serve #servings# people.}
portion: cakes / small cakes / muffins / biscuits / loaves / rolls / glasses / portions / croquettes
  / cookies / large pies / pints / quarts / tarts / doughnuts / squares / layers / individual moulds
  / sandwiches / gems / small puddings / dozen wafers
vessel: gallon / large loaf / quart / medium-sized mould / pint / large pie with two crusts / two-layer
  cake / tumbler
`),
};
