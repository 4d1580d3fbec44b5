import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeLabelsJsonl } from '../../datasets/labels-jsonl.ts';
import { writePagesJsonl } from '../../datasets/pages-jsonl.ts';
import { DEMO_LABELS, readBook } from '../../demo/demo-pages.ts';
import { projectFolder } from '../../training/model-source.ts';
import { labelPagesFile, labelSchema } from '../../weak-labels/label-book.ts';
import { regenerateHighConfidenceDataset, regenerateSchema } from '../../weak-labels/regenerate-dataset.ts';
import type { EventName, EventPayload } from '../contract.ts';
import { createWorkbench, type Workbench, type WorkbenchOptions } from '../service.ts';

/** A model that trains in seconds, as a folder of a project's `models`. */
export function writeTinyModel(projectDir: string): string {
  const dir = join(projectDir, 'models', 'tiny');
  mkdirSync(dir, { recursive: true });
  cpSync(join(projectFolder(), 'configs/models/galley-nano'), dir, { recursive: true });
  writeFileSync(
    join(dir, 'config.json'),
    JSON.stringify({
      model_type: 'layoutlmv3',
      vocab_size: 6000,
      hidden_size: 24,
      coordinate_size: 4,
      shape_size: 4,
      num_hidden_layers: 1,
      num_attention_heads: 2,
      intermediate_size: 24,
      max_position_embeddings: 70,
      type_vocab_size: 1,
      input_size: 32,
      patch_size: 16,
      num_labels: 7,
      rel_pos_bins: 8,
      max_rel_pos: 16,
      rel_2d_pos_bins: 8,
      max_rel_2d_pos: 32,
      pad_token_id: 1,
    }),
  );
  return dir;
}

export const tinyFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'galley-workbench-'));

/** A project of demo pages (words only, no scans) in `datasets/`, weakly labelled, as `galley demo` lays it out. */
export async function writeTinyProject(folder: string, pages = 12): Promise<string> {
  const project = join(folder, 'project');
  mkdirSync(join(project, 'pages'), { recursive: true });
  const book = readBook(7, pages);
  const pagesFile = join(project, 'pages', 'pages.jsonl');
  const labelsFile = join(project, 'pages', 'labels.jsonl');
  await writePagesJsonl(
    pagesFile,
    book.map((page) => ({ ...page, imagePath: null })),
  );
  await writeLabelsJsonl(
    labelsFile,
    book.map(({ pageNum, labels }) => ({
      pageNum,
      quality: 'gold',
      coverage: 1,
      labels: labels.map((name) => DEMO_LABELS.idOf(name)),
    })),
    DEMO_LABELS,
  );
  const full = join(project, 'datasets', 'full');
  await labelPagesFile(
    labelSchema.parse({ pages: pagesFile, gold_labels: labelsFile, out_dir: full, val_fraction: 0.25 }),
  );
  await regenerateHighConfidenceDataset(
    regenerateSchema.parse({
      full_dataset_dir: full,
      highconf_dataset_dir: join(project, 'datasets', 'highconf'),
      reports_dir: join(project, 'reports', 'highconf'),
      min_pages: 1,
    }),
  );
  writeTinyModel(project);
  return project;
}

/** Options of a training of the tiny model: a few steps, a log row each. */
export const TINY_TRAINING = {
  model: 'model.tiny',
  max_length: 64,
  max_steps: 2,
  batch_size: 2,
  eval_batch_size: 8,
  logging_steps: 1,
  text_only: true,
  device: 'cpu',
};

export interface OpenWorkbench {
  readonly workbench: Workbench;
  /** Everything that was told so far. */
  readonly told: { name: EventName; payload: unknown }[];
  /** Waits for an event, also one that was told already. */
  until<N extends EventName>(name: N, fits?: (payload: EventPayload<N>) => boolean): Promise<EventPayload<N>>;
}

/** A workbench that keeps its settings in the test's folder. */
export async function openTiny(
  folder: string,
  projectDir: string | undefined,
  options: Partial<WorkbenchOptions> = {},
): Promise<OpenWorkbench> {
  const told: OpenWorkbench['told'] = [];
  const workbench = await createWorkbench({
    transport: 'http',
    configDir: join(folder, 'config'),
    demoDir: join(folder, 'demo'),
    root: folder,
    ...(projectDir === undefined ? {} : { projectDir }),
    ...options,
  });
  const waiting = new Set<() => void>();
  workbench.onEvent((name, payload) => {
    told.push({ name, payload });
    for (const look of [...waiting]) look();
  });
  // The project is opened behind the call: of two workbenches the first has it, whatever the machine does meanwhile.
  if (projectDir !== undefined) await workbench.call('project.current', {}).catch(() => {});
  return {
    workbench,
    told,
    until: (name, fits = () => true) =>
      new Promise((resolve) => {
        const look = (): void => {
          const found = told.find((t) => t.name === name && fits(t.payload as never));
          if (!found) return;
          waiting.delete(look);
          resolve(found.payload as never);
        };
        waiting.add(look);
        look();
      }),
  };
}
