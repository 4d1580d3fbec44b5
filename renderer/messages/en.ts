import { canvas } from './en/canvas.ts';
import { comparison } from './en/comparison.ts';
import { highconf } from './en/highconf.ts';
import { importing } from './en/import.ts';
import { pages } from './en/pages.ts';
import { panel } from './en/panel.ts';
import { recipes } from './en/recipes.ts';
import { review } from './en/review.ts';
import { runs } from './en/runs.ts';
import { settings } from './en/settings.ts';
import { shell } from './en/shell.ts';
import { train } from './en/train.ts';

/** Every text of the window. One file per area in `en/`; keys start with the area's name. */
export const en = {
  ...shell,
  ...pages,
  ...canvas,
  ...panel,
  ...recipes,
  ...train,
  ...highconf,
  ...importing,
  ...review,
  ...comparison,
  ...runs,
  ...settings,
} as const;
