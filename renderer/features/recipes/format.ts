import type { BookRecipeView, IngredientLineView } from '../../../core/workbench/contract-recipes.ts';

const FRACTIONS: readonly (readonly [number, string])[] = [
  [1 / 8, '⅛'],
  [1 / 4, '¼'],
  [1 / 3, '⅓'],
  [3 / 8, '⅜'],
  [1 / 2, '½'],
  [5 / 8, '⅝'],
  [2 / 3, '⅔'],
  [3 / 4, '¾'],
  [7 / 8, '⅞'],
];

/** 1.5 as 1½; what is no usual fraction with at most two decimals. */
export function fractionText(value: number): string {
  const whole = Math.floor(value + 1e-6);
  const rest = value - whole;
  if (Math.abs(rest) < 1e-3) return String(whole);
  const sign = FRACTIONS.find(([part]) => Math.abs(part - rest) < 1e-3)?.[1];
  return sign ? `${whole || ''}${sign}` : String(Math.round(value * 100) / 100);
}

type Parsed = IngredientLineView['parsed'];

/** "1½ cups", "2–3", "few grains", "juice of 2": how much, as far as it was read. */
export function amountText({ quantity, vague, unit, size, part }: Parsed): string {
  const number =
    quantity === null
      ? vague
      : quantity.min === quantity.max
        ? fractionText(quantity.max)
        : `${fractionText(quantity.min)}–${fractionText(quantity.max)}`;
  const many = vague !== null || (quantity?.max ?? 0) > 1;
  const units = unit && (many && !/(s|x|ch)$/.test(unit) ? `${unit}s` : many ? `${unit}es` : unit);
  const amount = [number, size, units].filter(Boolean).join(' ');
  return part ? `${part.replace(/ (from|of)$/, '')} of ${amount}`.trim() : amount;
}

const clock = (iso: string): string => {
  const found = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(iso);
  if (!found) return iso;
  const units = ['d', 'h', 'min', 's'];
  return found
    .slice(1)
    .flatMap((value, k) => (value ? [`${value} ${units[k]}`] : []))
    .join(' ');
};

/** "12 min – 15 min"; null where the text gives no number. */
export function durationText({ duration, least }: BookRecipeView['times'][number]): string | null {
  if (duration === null) return null;
  return least ? `${clock(least)} – ${clock(duration)}` : clock(duration);
}

/** "72", "72–73" */
export const pagesText = (pages: readonly number[]): string =>
  pages.length < 2 ? String(pages[0] ?? '') : `${pages[0]}–${pages.at(-1)}`;
