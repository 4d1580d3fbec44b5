import type { SKRSContext2D } from './canvas.ts';
import { type Face, font } from './fonts.ts';

export interface TextStyle {
  readonly face: Face;
  /** Pixels. */
  readonly size: number;
  readonly colour: string;
  readonly align?: 'left' | 'right' | 'center';
  /** Longest line in pixels; longer text ends in an ellipsis. */
  readonly maxWidth?: number;
}

/** The text, cut to `maxWidth` with an ellipsis under the context's font. */
export function ellipsis(ctx: SKRSContext2D, text: string, maxWidth: number): string {
  if (ctx.measureText(text).width <= maxWidth) return text;
  const characters = [...text];
  while (characters.length > 1 && ctx.measureText(`${characters.join('').trimEnd()}…`).width > maxWidth)
    characters.pop();
  return `${characters.join('').trimEnd()}…`;
}

/** Writes one line, `y` the baseline. @returns its width in pixels */
export function drawText(ctx: SKRSContext2D, text: string, x: number, y: number, style: TextStyle): number {
  ctx.font = font(style.face, style.size);
  ctx.fillStyle = style.colour;
  ctx.textAlign = style.align ?? 'left';
  ctx.textBaseline = 'alphabetic';
  const line = style.maxWidth === undefined ? text : ellipsis(ctx, text, style.maxWidth);
  ctx.fillText(line, x, y);
  return ctx.measureText(line).width;
}

/** Breaks text into lines of at most `maxWidth` pixels, at most `maxLines` of them (the last with an ellipsis). */
export function wrapText(
  ctx: SKRSContext2D,
  text: string,
  style: Pick<TextStyle, 'face' | 'size'>,
  maxWidth: number,
  maxLines: number,
): string[] {
  ctx.font = font(style.face, style.size);
  const lines: string[] = [];
  const words = text.split(/\s+/).filter(Boolean);
  for (const [i, word] of words.entries()) {
    const longer = lines.length > 0 ? `${lines.at(-1)} ${word}` : word;
    if (lines.length > 0 && ctx.measureText(longer).width <= maxWidth) lines[lines.length - 1] = longer;
    else if (lines.length === maxLines) {
      lines[maxLines - 1] = ellipsis(ctx, [lines[maxLines - 1], ...words.slice(i)].join(' '), maxWidth);
      break;
    } else lines.push(ellipsis(ctx, word, maxWidth));
  }
  return lines;
}

/** A filled rounded tag with a letter in white (hollow without one), `height` pixels high. @returns its width */
export function drawChip(
  ctx: SKRSContext2D,
  letter: string,
  colour: string,
  x: number,
  y: number,
  height: number,
): number {
  const width = Math.round(height * 0.98);
  ctx.beginPath();
  if (letter === '') {
    const pen = height * 0.07;
    ctx.strokeStyle = colour;
    ctx.lineWidth = pen;
    ctx.roundRect(x + pen, y + pen, width - 2 * pen, height - 2 * pen, height * 0.2);
    ctx.stroke();
  } else {
    ctx.fillStyle = colour;
    ctx.roundRect(x, y, width, height, height * 0.22);
    ctx.fill();
    const size = height * 0.72;
    ctx.font = font('sans-semibold', size);
    ctx.textAlign = 'center';
    ctx.textBaseline = 'alphabetic';
    ctx.fillStyle = '#ffffff';
    // Capitals of IBM Plex Sans are 0.698 em high: centred by that, not by the em box.
    ctx.fillText(letter, x + width / 2, y + height / 2 + 0.349 * size);
  }
  return width;
}
