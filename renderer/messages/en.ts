import { canvas } from './en/canvas.ts';
import { pages } from './en/pages.ts';
import { panel } from './en/panel.ts';
import { shell } from './en/shell.ts';

/** Every text of the window. One file per area in `en/`; keys start with the area's name. */
export const en = { ...shell, ...pages, ...canvas, ...panel } as const;
