import { z } from 'zod';
import type { ReadOptions } from './file-importer.ts';
import { IMPORT_KINDS } from './importer.ts';

/** Flags of `galley import` that every kind of source shares. */
export const importSchema = z.object({
  paths: z.array(z.string()).default([]).meta({ description: 'files and folders to import', unit: 'paths' }),
  out_dir: z
    .string()
    .default('data/imported')
    .meta({ description: 'folder for the dataset; it can be opened as a project', unit: 'path' }),
  format: z
    .enum(['auto', ...IMPORT_KINDS])
    .default('auto')
    .meta({ description: 'what the files are; auto looks at each' }),
  label_mapping: z
    .string()
    .optional()
    .meta({ description: 'YAML file "their label: OUR_LABEL" a line, null to drop one', unit: 'path' }),
  label_set: z
    .string()
    .optional()
    .meta({ description: "YAML file of the project's own labels, colours and keys", unit: 'path' }),
  label_scheme: z
    .enum(['bio', 'io'])
    .default('bio')
    .meta({ description: 'labels of spans: with B- and I- where the file knows where one begins, or plain' }),
  region_types: z
    .boolean()
    .default(false)
    .meta({ description: 'the types of PAGE-XML regions (heading, paragraph) are labels' }),
  box_space: z
    .enum(['0-1000', 'pixels'])
    .default('0-1000')
    .meta({ description: 'what the boxes of JSON Lines are; never guessed' }),
  images_dir: z
    .string()
    .optional()
    .meta({ description: 'where page images are (default: beside the files)', unit: 'path' }),
  link_images: z
    .boolean()
    .default(false)
    .meta({ description: 'leave the images where they are instead of copying them' }),
  val_fraction: z.number().min(0).max(0.9).default(0.15).meta({ description: 'share of pages held out' }),
  seed: z.int().min(0).default(42).meta({ description: 'which pages are held out' }),
  overwrite: z
    .boolean()
    .default(false)
    .meta({ description: 'read everything again, also what the folder has already' }),
});
export type ImportFlags = z.infer<typeof importSchema>;

/** What the readers need of the flags. */
export const readOptionsOf = (flags: ImportFlags): ReadOptions => ({
  labelScheme: flags.label_scheme,
  boxSpace: flags.box_space,
  regionTypes: flags.region_types,
  ...(flags.images_dir === undefined ? {} : { imagesDir: flags.images_dir }),
});
