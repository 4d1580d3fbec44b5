import type { CommandSpec } from './command.ts';

interface Entry {
  summary: string;
  load: () => Promise<CommandSpec>;
}

// biome-ignore lint/suspicious/noExplicitAny: specs of different schemas meet in one table; each checks its own values.
const entry = (summary: string, load: () => Promise<{ default: CommandSpec<any> }>): Entry => ({
  summary,
  load: async () => (await load()).default,
});

/** Every command of `galley`; a command's module is loaded only when it was asked for. */
export const COMMANDS: Record<string, Entry> = {
  demo: entry('the whole main job on the built-in cookbook', () => import('./commands/demo.ts')),
  'demo-data': entry(
    'write the built-in cookbook: pages, words, gold labels',
    () => import('./commands/demo-data.ts'),
  ),
  ocr: entry(
    'words of scans and PDFs: pictures in, JSON Lines of pages out',
    () => import('./commands/ocr.ts'),
  ),
  import: entry(
    'scans, PDF, hOCR, ALTO, PAGE-XML, FUNSD, Label Studio, JSON Lines, CSV or a dataset in, a dataset out',
    () => import('./commands/import.ts'),
  ),
  export: entry(
    'pages and labels as FUNSD, hOCR, ALTO, PAGE-XML, Label Studio JSON, a dataset, CSV or JSON Lines',
    () => import('./commands/export.ts'),
  ),
  'export-model': entry(
    'a trained model as ONNX, with examples in Python and Node and its model card',
    () => import('./commands/export-model.ts'),
  ),
  label: entry(
    'weak labels for pages: JSON Lines in, the full dataset out',
    () => import('./commands/label.ts'),
  ),
  'regen-highconf': entry(
    'rebuild the high-confidence set, relaxing until enough pages pass',
    () => import('./commands/regen-highconf.ts'),
  ),
  train: entry('fine-tune LayoutLMv3 in two stages', () => import('./commands/train.ts')),
  predict: entry('label the words of pages with a trained model', () => import('./commands/predict.ts')),
  render: entry('draw predictions over the page image', () => import('./commands/render.ts')),
  recipes: entry(
    'recipes from labelled pages: JSON-LD, Markdown, CSV',
    () => import('./commands/recipes.ts'),
  ),
  experiment: entry('the one-command runner, with REPORT.md', () => import('./commands/experiment.ts')),
  rules: entry(
    'what each weak rule does, and what other weights would change',
    () => import('./commands/rules.ts'),
  ),
  review: entry('the lines whose correction is worth most', () => import('./commands/review.ts')),
  retrain: entry(
    'train on what was corrected, and see what got better',
    () => import('./commands/retrain.ts'),
  ),
  verify: entry(
    'check a model folder, for Galley and for transformers',
    () => import('./commands/verify.ts'),
  ),
  serve: entry('the workbench in a browser, on this machine only', () => import('./commands/serve.ts')),
  doctor: entry('devices, versions, what is missing and how to get it', () => import('./commands/doctor.ts')),
};
