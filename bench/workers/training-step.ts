import { join } from 'node:path';
import { readConfig } from '../../core/layoutlmv3/config.ts';
import type { TrainingPrecision } from '../../core/layoutlmv3/forward.ts';
import { initParameters, parameterSpecs } from '../../core/layoutlmv3/parameters.ts';
import type { Device } from '../../core/runtime/session.ts';
import { createRunner } from '../../core/training/create-runner.ts';
import { ADAMW_DEFAULTS } from '../../core/training/kernels/kernels.ts';
import { trainableNames } from '../../core/training/model-runner.ts';
import { TrainingState } from '../../core/training/state.ts';
import { repository } from '../harness.ts';
import type { Work } from './galley.ts';
import { fullExample, randomPixels } from './random-pages.ts';

export interface TrainingStepOptions {
  readonly model: string;
  readonly batch: number;
  readonly text: number;
  readonly threads: number;
  /** Text lengths to take turns with; `text` alone unless given. */
  readonly lengths?: readonly number[];
  readonly checkpointing?: boolean;
  readonly freezeLayers?: number;
  /** Of our own side only: the peer has a `precision` of its own. */
  readonly products?: TrainingPrecision;
  /** The CPU unless given. */
  readonly device?: Device;
}

/** Forward, backward, clipping and AdamW, as the trainer does them. */
export async function trainingStep(options: TrainingStepOptions): Promise<Work> {
  const { batch, text, threads } = options;
  const config = await readConfig(join(repository, options.model, 'config.json'));
  const specs = parameterSpecs(config);
  const { checkpointing, freezeLayers } = options;
  const kind = { visual: config.visualEmbed, trainRelativeBias: false, checkpointing, freezeLayers };
  const trainable = trainableNames(config, kind);
  const state = new TrainingState(specs, (spec) => trainable.has(spec.name));
  initParameters(config, 1, (spec) => state.parameters.get(spec.name)!);
  const lengths = options.lengths ?? [text];
  const runner = createRunner(
    {
      ...kind,
      config,
      ids: { cls: 0, pad: 1, sep: 2, unk: 3, mask: 4 },
      batch,
      precision: options.products ?? 'float32',
      evalBatch: batch,
      device: options.device ?? 'cpu',
      threads,
      targets: { labels: config.labels.size, smoothing: 0, labelWeights: null },
      augment: { tokenMasking: 0, boxJitter: 0 },
      seed: 1,
      buckets: lengths,
    },
    state,
  );
  const examples = Array.from({ length: batch }, (_, i) => fullExample(config, text, i));
  const pixelValues = config.visualEmbed
    ? Array.from({ length: batch }, (_, i) => randomPixels(config, i))
    : undefined;
  let step = 0;
  const run = async () => {
    const loss = await runner.train(
      { examples, textLength: text, ...(pixelValues ? { pixelValues } : {}) },
      1,
      true,
    );
    const settings = { ...ADAMW_DEFAULTS, learningRate: 1e-5, weightDecay: 0.01 };
    await runner.update(settings, ++step, 1);
    return { loss };
  };
  for (let i = 0; i < 2; i++) await run();
  return { run, close: () => runner.release(), facts: { parameters: specs.reduce((n, s) => n + s.size, 0) } };
}
