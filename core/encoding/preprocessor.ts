import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { GalleyError } from '../errors/galley-error.ts';
import { readJson } from '../files/files.ts';

const channel = z.array(z.number()).length(3);
const settings = z.looseObject({
  do_rescale: z.boolean().default(true),
  rescale_factor: z
    .number()
    .positive()
    .default(1 / 255),
  do_normalize: z.boolean().default(true),
  image_mean: channel.default([0.5, 0.5, 0.5]),
  image_std: z.array(z.number().positive()).length(3).default([0.5, 0.5, 0.5]),
});

/** How a model's images are normalised: what `PixelLoader` takes. */
export interface ImageNormalisation {
  readonly rescaleFactor: number;
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/**
 * Reads a model folder's preprocessor_config.json (transformers v4), or the image processor inside
 * processor_config.json (v5); without either, LayoutLMv3's own values.
 * @throws GalleyError `invalid-data` naming the key
 */
export async function readPreprocessor(modelDir: string): Promise<ImageNormalisation> {
  const places = [
    { file: 'preprocessor_config.json', pick: (json: unknown) => json },
    {
      file: 'processor_config.json',
      pick: (json: unknown) => (json as { image_processor?: unknown } | null)?.image_processor ?? {},
    },
  ];
  const found = places.find(({ file }) => existsSync(join(modelDir, file)));
  const where = found && join(modelDir, found.file);
  const parsed = settings.safeParse(found && where ? found.pick(await readJson(where)) : {});
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new GalleyError('invalid-data', `"${issue.path.join('.')}": ${issue.message}`, { where });
  }
  const { do_rescale, rescale_factor, do_normalize, image_mean, image_std } = parsed.data;
  return {
    rescaleFactor: do_rescale ? rescale_factor : 1,
    mean: do_normalize ? image_mean : [0, 0, 0],
    std: do_normalize ? image_std : [1, 1, 1],
  };
}
