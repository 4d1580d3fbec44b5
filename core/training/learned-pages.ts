import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { openDatasetDict } from '../datasets/dataset-dict.ts';
import { readJson, writeJsonWhole } from '../files/files.ts';
import { STAGE_FOLDERS } from './stage-setup.ts';

/** In a model folder: the pages its weights learned from, those of the model it started from among them. */
const PAGES_FILE = 'galley_pages.json';

/** Page numbers as spans, both ends included: books are long, and pages of a split stand together. */
const fileSchema = z.object({
  format: z.literal(1),
  learned: z.array(z.tuple([z.int().min(0), z.int().min(0)])).max(1_000_000),
});

/** Largest page number times spans that is read from a file. */
const MOST_PAGES = 10_000_000;

function spansOf(pages: Iterable<number>): [number, number][] {
  const spans: [number, number][] = [];
  for (const page of [...new Set(pages)].sort((a, b) => a - b)) {
    const last = spans.at(-1);
    if (last && last[1] === page - 1) last[1] = page;
    else spans.push([page, page]);
  }
  return spans;
}

/**
 * Pages that a model's weights learned from, by number: as its training wrote down; for a model of an earlier version
 * the training pages of the dataset it names, where that is still there. Null where nobody knows.
 */
export async function learnedPages(modelDir: string): Promise<ReadonlySet<number> | null> {
  const written = fileSchema.safeParse(await readJson(join(modelDir, PAGES_FILE)).catch(() => null));
  if (written.success) {
    const size = written.data.learned.reduce((sum, [from, to]) => sum + Math.max(0, to - from + 1), 0);
    if (size > MOST_PAGES) return null;
    const pages = new Set<number>();
    for (const [from, to] of written.data.learned) for (let n = from; n <= to; n++) pages.add(n);
    return pages;
  }
  // The final model is a copy of its last stage, whose folder lies beside it.
  for (const folder of [modelDir, ...Object.values(STAGE_FOLDERS).map((f) => join(dirname(modelDir), f))]) {
    const record = recordSchema.safeParse(
      await readJson(join(folder, 'galley_training.json')).catch(() => null),
    );
    if (!record.success) continue;
    if (!existsSync(record.data.result.dataset)) return null;
    try {
      return new Set((await openDatasetDict(record.data.result.dataset)).split('train').pageNumbers());
    } catch {
      return null;
    }
  }
  return null;
}

const recordSchema = z.looseObject({ result: z.looseObject({ dataset: z.string() }) });

/**
 * Writes into a model folder what its weights learned from: the training pages of a dataset, and whatever the model
 * learned from that it started from. Nothing where that is not known of a model that Galley trained.
 */
export async function writeLearnedPages(
  folder: string,
  from: { readonly dataset: string; readonly model: string },
): Promise<void> {
  const before = await learnedPages(from.model);
  const trainedHere = existsSync(join(from.model, 'trainer_state.json'));
  if (before === null && trainedHere) return;
  const own = (await openDatasetDict(from.dataset)).split('train').pageNumbers();
  await writeJsonWhole(join(folder, PAGES_FILE), {
    format: 1,
    learned: spansOf([...(before ?? []), ...own]),
  });
}

/** Carries the record over to a copy of a model. */
export async function copyLearnedPages(from: string, to: string): Promise<void> {
  const record = await readJson(join(from, PAGES_FILE)).catch(() => null);
  if (record !== null) await writeJsonWhole(join(to, PAGES_FILE), record);
}
