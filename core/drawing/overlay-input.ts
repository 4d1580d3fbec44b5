import { OUTSIDE, type OwnLabelStyles } from '../labels/labels.ts';
import type { Box } from '../page/page.ts';

/** What an overlay shows of one word. */
export interface OverlayToken {
  readonly text: string;
  /** 0..1000 of the page. */
  readonly bbox: Box;
  readonly pred_label: string;
  readonly pred_id: number;
  readonly confidence: number;
}

interface OverlayPart {
  readonly text: string;
}

/** What an overlay shows of one recipe. */
export interface OverlayRecipe {
  readonly title: OverlayPart | null;
  readonly ingredients: readonly OverlayPart[];
  readonly steps: readonly OverlayPart[];
  readonly times: readonly OverlayPart[];
  readonly temperatures: readonly OverlayPart[];
  readonly servings: readonly OverlayPart[];
  /** 0..1000 of the page. */
  readonly bbox: Box;
}

/** Labels of one page as drawn: the predictions JSON (also the original project's) fits as it is. */
export interface OverlayInput {
  readonly page_num: number;
  readonly image_path?: string | null;
  /** Encoded image of datasets with an Image column. */
  readonly image_bytes?: Uint8Array | null;
  /** Page size in pixels; where absent, the image's. */
  readonly width?: number;
  readonly height?: number;
  readonly tokens: readonly OverlayToken[];
  /** Label name by id. */
  readonly label_map: Readonly<Record<string, string>>;
  /** Colours and letters of a label set of its own, by label name. */
  readonly label_styles?: OwnLabelStyles;
  readonly model?: { readonly name: string };
  readonly groups?: readonly OverlayRecipe[];
}

/**
 * The same with the prefixes of an IOB or IOBES label set taken off: B-ANSWER and I-ANSWER are drawn as ANSWER.
 * Other label sets are returned as they are.
 */
export function withoutPrefixes(input: OverlayInput): OverlayInput {
  const names = Object.values(input.label_map);
  if (!names.every((name) => name === OUTSIDE || /^[BIES]-./.test(name))) return input;
  const bare = (label: string) => label.replace(/^[BIES]-/, '');
  const first = new Map<string, number>();
  for (const [id, name] of Object.entries(input.label_map))
    if (!first.has(bare(name))) first.set(bare(name), Number(id));
  return {
    ...input,
    label_map: Object.fromEntries([...first].map(([name, id]) => [String(id), name])),
    tokens: input.tokens.map((token) => ({
      ...token,
      pred_label: bare(token.pred_label),
      pred_id: first.get(bare(token.pred_label)) ?? token.pred_id,
    })),
  };
}
