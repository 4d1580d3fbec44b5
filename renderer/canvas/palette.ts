import type { ProjectInfo } from '../../core/workbench/contract.ts';

type Labels = ProjectInfo['labels'];

/** A label's colour in the forms the canvas draws with. */
export interface LabelInk {
  readonly colour: string;
  readonly letter: string;
  /** Dark enough for a white letter. */
  readonly badge: string;
  readonly outside: boolean;
}

/** `#rrggbb` as red, green, blue. */
function rgb(colour: string): [number, number, number] {
  const value = Number.parseInt(colour.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

export function labelInks(labels: Labels): ReadonlyMap<number, LabelInk> {
  return new Map(
    labels.map(({ id, name, colour, letter }) => {
      const badge = rgb(colour).map((part) => Math.round(part * 0.72));
      return [id, { colour, letter, badge: `rgb(${badge.join(' ')})`, outside: name === 'O' }];
    }),
  );
}

/** Letters on badges: read on every label's darkened colour. */
export const BADGE_LETTER = '#ffffff';

const TILE = 14;
const hatches = new Map<string, CanvasPattern | null>();

/** Diagonal lines in a colour: the mark of weak labels. Drawn at twice the size, for dense screens. */
export function hatch(context: CanvasRenderingContext2D, colour: string): CanvasPattern | null {
  const known = hatches.get(colour);
  if (known !== undefined) return known;
  const tile = document.createElement('canvas');
  tile.width = TILE;
  tile.height = TILE;
  const pen = tile.getContext('2d');
  if (!pen) return null;
  pen.strokeStyle = colour;
  pen.lineWidth = 2.4;
  pen.beginPath();
  for (const shift of [-TILE, 0, TILE]) {
    pen.moveTo(shift - 2, TILE + 2);
    pen.lineTo(shift + TILE + 2, -2);
  }
  pen.stroke();
  const pattern = context.createPattern(tile, 'repeat');
  hatches.set(colour, pattern);
  return pattern;
}

export interface CanvasTheme {
  readonly selection: string;
  readonly focus: string;
  readonly paper: string;
  readonly ink: string;
  readonly veil: string;
  readonly shadow: string;
  readonly dim: string;
}

/** The design tokens the canvas needs, read again when the theme changes. */
export function canvasTheme(): CanvasTheme {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string) => style.getPropertyValue(name).trim();
  return {
    selection: token('--selection'),
    focus: token('--page-focus'),
    paper: token('--page-paper'),
    ink: token('--page-ink'),
    veil: token('--page-veil'),
    shadow: token('--page-edge'),
    dim: token('--page-dim'),
  };
}
