import { z } from 'zod';
import { renderOverlay } from '../../drawing/overlay.ts';
import { readPredictions } from '../../inference/predictions.ts';
import type { CommandSpec } from '../command.ts';
import { parseValues } from '../flags.ts';

const schema = z.object({
  pred_json: z.string().meta({ description: 'predictions as galley predict writes them', unit: 'path' }),
  out_png: z.string().meta({ description: 'picture to write', unit: 'path' }),
  page_width: z
    .int()
    .min(300)
    .max(6000)
    .default(1500)
    .meta({ description: 'width of the page in the picture; small scans are enlarged', unit: 'pixels' }),
});

const spec: CommandSpec<typeof schema> = {
  name: 'render',
  summary: 'draw predictions over the page image: label colours, letters, groups, a legend',
  schema,
  async run(given, { print, note }) {
    const options = parseValues(schema, given);
    const predictions = await readPredictions(options.pred_json);
    const { path, width, height, problem } = await renderOverlay(predictions, {
      outPng: options.out_png,
      pageWidth: options.page_width,
    });
    if (problem) note(`warning: ${problem}`);
    print(`${path} (${width} x ${height})`);
  },
};
export default spec;
