import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { GalleyError } from '../errors/galley-error.ts';
import { readJson } from '../files/files.ts';

/** Marks a folder as a project and says where things are in it. */
export const PROJECT_FILE = 'galley-project.json';

const path = z.string().min(1).max(1024);
export const projectFileSchema = z.object({
  format: z.literal(1),
  name: z.string().min(1).max(200),
  /** All paths are relative to the project folder. */
  full: path,
  highconf: path,
  models: path.default('models'),
  runs: path.default('runs'),
  annotations: path.default('annotations'),
  reports: path.default('reports'),
  exports: path.default('exports'),
  predictions: path.default('predictions'),
  /** Pages as JSON Lines that the full dataset is made from, where there is no dataset yet. */
  pages: path.optional(),
  gold: path.optional(),
});
export type ProjectFile = z.output<typeof projectFileSchema>;

export const isDataset = (folder: string): boolean =>
  existsSync(join(folder, 'dataset_dict.json')) ||
  existsSync(join(folder, 'dataset_dict', 'dataset_dict.json'));

const subfolders = (folder: string): string[] => {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((e) => e.isDirectory() && !e.name.startsWith('.'))
      .map((e) => e.name)
      .sort();
  } catch {
    return [];
  }
};

type Found = Pick<ProjectFile, 'full' | 'highconf'> & Partial<ProjectFile>;

/** Layouts that are known without a project file, the most telling first. */
function recognise(folder: string): Found | null {
  const has = (...parts: string[]) => isDataset(join(folder, ...parts));
  // What `galley demo` makes.
  if (has('datasets', 'full')) return { full: 'datasets/full', highconf: 'datasets/highconf' };
  // The layout of the specification, from its root or from its data folder.
  for (const root of ['data/', ''])
    if (has(`${root}datasets/boston_layoutlmv3_full`))
      return {
        full: `${root}datasets/boston_layoutlmv3_full`,
        highconf: `${root}datasets/boston_layoutlmv3_highconf`,
        reports: `${root}reports`,
        runs: `${root}reports/phase4_runs`,
      };
  if (isDataset(folder)) return { full: '.', highconf: 'highconf' };
  const datasets = subfolders(folder).filter((name) => has(name));
  const full = datasets.find((name) => /full/i.test(name)) ?? datasets.find((name) => !/high/i.test(name));
  if (full !== undefined)
    return { full, highconf: datasets.find((name) => name !== full && /high/i.test(name)) ?? 'highconf' };
  for (const at of ['', 'pages/'])
    if (existsSync(join(folder, `${at}pages.jsonl`)))
      return {
        full: 'datasets/full',
        highconf: 'datasets/highconf',
        pages: `${at}pages.jsonl`,
        ...(existsSync(join(folder, `${at}labels.jsonl`)) ? { gold: `${at}labels.jsonl` } : {}),
      };
  return null;
}

/** Whether a folder holds pages only, which are labelled when it is opened for the first time. */
export const waitsForImport = (folder: string): boolean =>
  !existsSync(join(folder, PROJECT_FILE)) && recognise(folder)?.pages !== undefined;

/** Whether a folder is, or can be opened as, a project; looks at names only. */
export const looksLikeProject = (folder: string): boolean =>
  existsSync(join(folder, PROJECT_FILE)) || recognise(folder) !== null;

/**
 * The project file of a folder, or one made up from what lies there.
 * @throws GalleyError `not-found` for a folder without pages or datasets, `damaged` for a project file that is none
 */
export async function readProjectFile(folder: string): Promise<{ file: ProjectFile; stored: boolean }> {
  if (!existsSync(folder) || !statSync(folder).isDirectory())
    throw new GalleyError('not-found', 'there is no such folder', { where: folder });
  const at = join(folder, PROJECT_FILE);
  if (existsSync(at)) {
    const parsed = projectFileSchema.safeParse(await readJson(at));
    if (parsed.success) return { file: parsed.data, stored: true };
    const issue = parsed.error.issues[0];
    throw new GalleyError('damaged', `${issue.path.join('.') || 'the file'}: ${issue.message}`, {
      where: at,
      hint: 'put it right, or remove it: it is made anew from what lies in the folder',
    });
  }
  const found = recognise(folder);
  if (!found)
    throw new GalleyError('not-found', 'no pages and no dataset in this folder', {
      where: folder,
      hint: 'a project holds a dataset (dataset_dict), or pages.jsonl with words and boxes of scanned pages',
    });
  return {
    file: projectFileSchema.parse({ format: 1, name: basename(folder) || 'Pages', ...found }),
    stored: false,
  };
}
