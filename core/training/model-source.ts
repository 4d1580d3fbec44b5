import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Tokenizer } from '../encoding/tokenizer.ts';
import { loadTokenizer } from '../encoding/tokenizer-files.ts';
import { GalleyError } from '../errors/galley-error.ts';
import { projectFolder } from '../files/project-folder.ts';
import type { LabelMap } from '../labels/labels.ts';
import {
  type GalleySettings,
  type LayoutLMv3Config,
  readConfig,
  withGalleySettings,
  withLabels,
} from '../layoutlmv3/config.ts';
import { type FetchOptions, type ModelLicence, resolveModel } from '../layoutlmv3/hub.ts';
import { loadModelFolder } from '../layoutlmv3/model-folder.ts';
import { initParameters } from '../layoutlmv3/parameters.ts';
import type { TrainingState } from './state.ts';

/** Where a training's first weights, tokenizer and architecture come from. */
export interface ModelSource {
  /** For the labels of the dataset, with the settings that inference must obey. */
  readonly config: LayoutLMv3Config;
  readonly tokenizer: Tokenizer;
  /** Folder of the weights, or of config.json alone. */
  readonly folder: string;
  /** Folder with the tokenizer and preprocessor files. */
  readonly tokenizerFolder: string;
  /** Whether there are no weights to start from, only random ones. */
  readonly fromScratch: boolean;
  readonly licence: ModelLicence | null;
  /** One line for people. */
  readonly description: string;
  /** Fills the parameters; says which were drawn anew. */
  load(state: TrainingState, seed: number): Promise<{ newlyInitialised: readonly string[] }>;
}

export { projectFolder };

/** Own config whose tokenizer serves those that have none. */
const TOKENIZER_OF = 'galley-nano';
const WEIGHTS = ['model.safetensors', 'model.safetensors.index.json', 'pytorch_model.bin'];
const hasWeights = (folder: string) => WEIGHTS.some((name) => existsSync(join(folder, name)));

/**
 * Finds a model by what the user calls it: a folder with config.json; a config of our own
 * (`configs/models/<name>`, with the weights of `models/<name>` where those are shipped); a name on the hub.
 * A folder without weights gives random ones.
 * @throws GalleyError `not-found`, `mismatch`, `network`, and what reading the folder throws
 */
export async function openModelSource(
  name: string,
  labels: LabelMap,
  settings: GalleySettings,
  hub: FetchOptions = {},
): Promise<ModelSource> {
  const own = join(projectFolder(), 'configs', 'models', name);
  const shipped = join(projectFolder(), 'models', name);
  const isOwn = /^[\w.-]+$/.test(name) && !existsSync(join(name, 'config.json')) && existsSync(own);
  const found = isOwn
    ? { dir: hasWeights(shipped) ? shipped : own, licence: null, repo: null }
    : await resolveModel(name, hub);
  const folder = found.dir;
  if (!existsSync(join(folder, 'config.json')))
    throw new GalleyError('not-found', 'not a model folder: no config.json', { where: folder });
  const stored = await readConfig(join(folder, 'config.json'));
  const fromScratch = !hasWeights(folder);
  const licence = found.licence;
  const config = withGalleySettings(withLabels(stored, labels), {
    ...settings,
    ...(licence?.repo || found.repo ? { base_model: licence?.repo ?? found.repo ?? undefined } : {}),
    ...(licence ? { base_model_licence: licence.id, licence_notice: licence.notice } : {}),
  });
  const hasTokenizer = ['tokenizer.json', 'vocab.json'].some((file) => existsSync(join(folder, file)));
  const tokenizerFolder =
    isOwn && !hasTokenizer ? join(projectFolder(), 'configs', 'models', TOKENIZER_OF) : folder;
  const tokenizer = await loadTokenizer(tokenizerFolder);
  if (tokenizer.vocabSize > config.vocabSize)
    throw new GalleyError(
      'mismatch',
      `the tokenizer has ${tokenizer.vocabSize} pieces, the model's vocabulary ${config.vocabSize}`,
      { where: folder, hint: 'tokenizer files and config.json do not belong together' },
    );
  return {
    config,
    tokenizer,
    folder,
    tokenizerFolder,
    fromScratch,
    licence,
    description: fromScratch ? `${name}, random initial weights` : `${name}, weights of ${folder}`,
    load: async (state, seed) => {
      const allocate = (spec: { name: string }) => state.parameters.get(spec.name)!;
      if (fromScratch) {
        initParameters(config, seed, allocate);
        return { newlyInitialised: [] };
      }
      return loadModelFolder(folder, { allocate, labels, allowNewHead: true, seed });
    },
  };
}
