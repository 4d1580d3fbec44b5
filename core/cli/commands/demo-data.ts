import { z } from 'zod';
import { generateDemo } from '../../demo/generate-demo.ts';
import type { CommandSpec } from '../command.ts';
import { parseValues } from '../flags.ts';

const schema = z.object({
  out_dir: z.string().default('data/demo/pages').meta({ description: 'folder to write', unit: 'path' }),
  pages: z.int().min(1).max(100_000).default(240).meta({ description: 'how many', unit: 'pages' }),
  seed: z.int().min(0).default(1896).meta({ description: 'the same seed gives the same bytes' }),
});

const spec: CommandSpec<typeof schema> = {
  name: 'demo-data',
  summary: 'write the built-in cookbook: pages.jsonl, labels.jsonl (gold by construction) and page images',
  schema,
  async run(given, { print, progress, signal }) {
    const { out_dir: outDir, pages, seed } = parseValues(schema, given);
    const written = await generateDemo({
      outDir,
      pages,
      seed,
      signal,
      onProgress: (p) => progress.update(p),
    });
    print(`${written.pages} pages, ${written.words} words: ${written.pagesFile}`);
  },
};
export default spec;
