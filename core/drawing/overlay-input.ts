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
  readonly model?: { readonly name: string };
  readonly groups?: readonly OverlayRecipe[];
}
