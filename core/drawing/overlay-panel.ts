import { labelStyle } from '../labels/labels.ts';
import type { Rect, SKRSContext2D } from './canvas.ts';
import type { OverlayInput, OverlayRecipe } from './overlay-input.ts';
import { drawChip, drawText, type TextStyle, wrapText } from './text.ts';
import { THEME } from './theme.ts';

const plural = (n: number, one: string, many = `${one}s`) => `${n} ${n === 1 ? one : many}`;

function rule(ctx: SKRSContext2D, x: number, y: number, width: number, unit: number): void {
  ctx.fillStyle = THEME.hairline;
  ctx.fillRect(x, y, width, Math.max(1, 1.5 * unit));
}

/** Legend: every label with its chip, its words and their mean confidence. @returns the next free y */
function drawLegend(ctx: SKRSContext2D, input: OverlayInput, panel: Rect, unit: number): number {
  const small = { face: 'sans', size: 21 * unit, colour: THEME.muted } satisfies TextStyle;
  const row = 52 * unit;
  const right = panel.x + panel.width;
  const words = right - 120 * unit;
  let y = panel.y + 30 * unit;
  drawText(ctx, 'Label', panel.x, y, small);
  drawText(ctx, 'Words', words, y, { ...small, align: 'right' });
  drawText(ctx, 'Confidence', right, y, { ...small, align: 'right' });
  y += 14 * unit;
  rule(ctx, panel.x, y, panel.width, unit);
  const ids = Object.keys(input.label_map).map(Number);
  const order = [
    ...ids.filter((id) => input.label_map[id] !== 'O'),
    ...ids.filter((id) => input.label_map[id] === 'O'),
  ];
  for (const id of order) {
    const label = input.label_map[id];
    const style = labelStyle(label, id, input.label_styles);
    const tokens = input.tokens.filter((token) => token.pred_label === label);
    const colour = tokens.length > 0 ? THEME.ink : THEME.muted;
    const baseline = y + 36 * unit;
    const size = 30 * unit;
    ctx.globalAlpha = tokens.length > 0 ? 1 : 0.45;
    drawChip(ctx, style.letter, style.colour, panel.x, baseline - size * 0.78, size);
    ctx.globalAlpha = 1;
    const text = { face: 'sans', size: 26 * unit, colour } satisfies TextStyle;
    drawText(ctx, style.title, panel.x + 46 * unit, baseline, {
      ...text,
      maxWidth: words - panel.x - 110 * unit,
    });
    drawText(ctx, String(tokens.length), words, baseline, { ...text, align: 'right' });
    const mean = tokens.reduce((sum, token) => sum + token.confidence, 0) / tokens.length;
    drawText(ctx, tokens.length > 0 ? mean.toFixed(2) : '–', right, baseline, { ...text, align: 'right' });
    y += row;
  }
  rule(ctx, panel.x, y + 6 * unit, panel.width, unit);
  return y + 6 * unit;
}

/** Without the point a printer sets after a heading or a sentence. */
const tidy = (text: string) => text.replace(/[\s.,;:]+$/, '');

/** "5 ingredients, 2 steps", "25 minutes, hot oven" */
function facts(recipe: OverlayRecipe): string[] {
  const spans = [...recipe.times, ...recipe.temperatures, ...recipe.servings].map((part) => tidy(part.text));
  const { length: ingredients } = recipe.ingredients;
  const { length: steps } = recipe.steps;
  const counts = [
    ...(ingredients > 0 ? [plural(ingredients, 'ingredient')] : []),
    ...(steps > 0 ? [plural(steps, 'step')] : []),
  ];
  return [counts.join(', '), [...new Set(spans)].join(', ')].filter((line) => line !== '');
}

/** A numbered disc, the tie between a recipe's bracket beside the page and its entry in the panel. */
export function drawNumber(ctx: SKRSContext2D, number: number, x: number, y: number, radius: number): void {
  ctx.fillStyle = THEME.ink;
  ctx.beginPath();
  ctx.arc(x, y, radius, 0, 2 * Math.PI);
  ctx.fill();
  const size = radius * 1.15;
  drawText(ctx, String(number), x, y + 0.349 * size, {
    face: 'sans-semibold',
    size,
    colour: '#ffffff',
    align: 'center',
  });
}

/** Labels, then the recipes found, in the panel beside the page; entries that do not fit are counted. */
export function drawPanel(ctx: SKRSContext2D, input: OverlayInput, panel: Rect, unit: number): void {
  let y = drawLegend(ctx, input, panel, unit) + 70 * unit;
  const recipes = input.groups;
  // A label set without titles, of forms say, has no recipes to speak of.
  if (recipes === undefined || !Object.values(input.label_map).includes('TITLE')) return;
  const limit = panel.y + panel.height;
  drawText(
    ctx,
    recipes.length === 0 ? 'No recipe on this page' : plural(recipes.length, 'recipe'),
    panel.x,
    y,
    {
      face: 'sans',
      size: 21 * unit,
      colour: THEME.muted,
    },
  );
  const title = { face: 'serif-semibold', size: 29 * unit } as const;
  const small = { face: 'sans', size: 22 * unit, colour: THEME.muted } as const;
  const indent = 50 * unit;
  for (const [i, recipe] of recipes.entries()) {
    const width = panel.width - indent;
    const name = recipe.title ? tidy(recipe.title.text) : 'Continued from the page before';
    const face = recipe.title ? title.face : ('serif-italic' as const);
    const lines = wrapText(ctx, name, { ...title, face }, width, 3);
    const details = facts(recipe).flatMap((fact) => wrapText(ctx, fact, small, width, 3));
    const height = lines.length * 36 * unit + details.length * 30 * unit + 34 * unit;
    if (y + height > limit && i > 0) {
      drawText(ctx, `and ${recipes.length - i} more`, panel.x + indent, y + 40 * unit, small);
      return;
    }
    y += 50 * unit;
    drawNumber(ctx, i + 1, panel.x + 16 * unit, y - 9 * unit, 17 * unit);
    for (const [k, line] of lines.entries()) {
      drawText(ctx, line, panel.x + indent, y, { ...title, face, colour: THEME.ink });
      y += (k < lines.length - 1 ? 36 : 34) * unit;
    }
    for (const line of details) {
      drawText(ctx, line, panel.x + indent, y, small);
      y += 30 * unit;
    }
    y -= 16 * unit;
  }
}
