import { resolve } from 'node:path';
import { GalleyError } from '../errors/galley-error.ts';
import { Journal } from './journal.ts';
import { PageBook } from './page-book.ts';
import { placesOf } from './project.ts';
import { isDataset, readProjectFile } from './project-file.ts';

export interface ProjectGold {
  /** Dataset with the project's pages. */
  readonly datasetDir: string;
  /** Labels that people gave in the window, by page: an id a word, -1 where nobody decided. */
  readonly gold: ReadonlyMap<number, readonly number[]>;
  readonly warnings: readonly string[];
}

/**
 * What people labelled in a project, read without opening it: nothing is written and no lock is taken, so that it can be asked
 * while a window works. What was saved until then is in it.
 * @throws GalleyError as reading the project file and the dataset do; `not-found` for a project without pages
 */
export async function readProjectGold(folder: string): Promise<ProjectGold> {
  const root = resolve(folder);
  const { file } = await readProjectFile(root);
  const places = placesOf(root, file);
  if (!isDataset(places.full))
    throw new GalleyError('not-found', 'there are no pages in this project yet', {
      where: root,
      hint: 'open it in the window once, or make a dataset with galley import or galley label',
    });
  const book = await PageBook.open(places.full);
  const journal = await Journal.open(places.annotations, {
    wordCount: (pageNum) => book.entries.get(pageNum)?.words,
    labels: () => book.labelMap.size,
    readOnly: () => 'it is only read',
  });
  const gold = new Map<number, readonly number[]>();
  for (const pageNum of journal.pages()) {
    const ids = journal.gold(pageNum);
    if (ids) gold.set(pageNum, ids);
  }
  const warnings = [...book.warnings, ...(journal.damage ? [journal.damage] : [])];
  await journal.close();
  return { datasetDir: places.full, gold, warnings };
}
