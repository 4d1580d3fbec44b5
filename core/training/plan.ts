import { join } from 'node:path';
import type { TrainingPrecision } from '../layoutlmv3/training-layers.ts';
import { resolveDevice } from '../runtime/device.ts';
import { trainingPrecision } from './half-precision.ts';
import { measureStep, measureWork, type TimeEstimate } from './measure-step.ts';
import { estimateMemory, type MemoryEstimate } from './memory.ts';
import { type MemoryAdvice, memoryAdvice, memoryLimit } from './memory-check.ts';
import type { TrainingOptions } from './options.ts';
import { type SetupHooks, STAGE_FOLDERS, type StageName, setUpStage, trainingShape } from './stage-setup.ts';

/** Multiplications of a measurement that takes about a second on two cores of a laptop. */
const QUICK_WORK = 5e10;

/** What one stage would do. */
export interface StagePlan {
  readonly stage: StageName;
  readonly name: 'A' | 'B';
  readonly dataset: string;
  readonly folder: string;
  readonly pages: number;
  readonly windows: number;
  /** Windows without a label to learn from. */
  readonly skippedWindows: number;
  readonly evalPages: number;
  readonly evalWindows: number;
  readonly evaluatedOn: string;
  /** Labelled positions by label. */
  readonly labels: Readonly<Record<string, number>>;
  readonly epochs: number;
  readonly stepsPerEpoch: number;
  readonly steps: number;
  readonly warmupSteps: number;
  readonly learningRate: number;
  /** Padded text lengths, ascending. */
  readonly lengths: readonly number[];
  readonly startedFrom: string;
  readonly parameters: number;
  readonly trainableParameters: number;
  /** Estimated peak in bytes. */
  readonly memory: MemoryEstimate;
  /** What to change where that is more than there is; null where it fits. */
  readonly tooLarge: { readonly limit: number; readonly advice: readonly MemoryAdvice[] } | null;
  /** From a step that was taken; null where none was asked for, or it would not fit. */
  readonly time: TimeEstimate | null;
}

export interface TrainingPlan {
  readonly device: string;
  /** Why not another device. */
  readonly deviceReason: string | null;
  /** What the encoder's products are computed in. */
  readonly precision: TrainingPrecision;
  readonly stages: readonly StagePlan[];
}

/**
 * What `galley train` would do with these options: reads and encodes all pages, writes nothing, and keeps nothing of the
 * steps it takes to measure one.
 * @param measure whether to take those steps; `quick`: only where they take about a second
 */
export async function planTraining(
  options: TrainingOptions,
  hooks: SetupHooks = {},
  measure: boolean | 'quick' = false,
): Promise<TrainingPlan> {
  const { device, reason } = await resolveDevice(options.device);
  const precision = await trainingPrecision(options, device, hooks.onWarning);
  const wanted: StageName[] = options.stage === 'both' ? ['highconf', 'full'] : [options.stage];
  const stages: StagePlan[] = [];
  for (const stage of wanted) {
    const setup = await setUpStage(stage, options, hooks, undefined, precision);
    const { plan, train, evaluation, specs, trainable, settings, config } = setup;
    const shape = trainingShape(setup, options, device);
    const memory = estimateMemory(config, specs, trainable, shape);
    const limit = memoryLimit();
    const fits = memory.total <= limit;
    const cheap = measureWork(setup) <= QUICK_WORK;
    const time =
      fits && (measure === true || (measure === 'quick' && cheap))
        ? await measureStep(setup, options, device)
        : null;
    stages.push({
      stage,
      name: stage === 'highconf' ? 'A' : 'B',
      dataset: setup.datasetDir,
      folder: join(options.output_dir, STAGE_FOLDERS[stage]),
      pages: train.pages,
      windows: train.examples.length,
      skippedWindows: train.skipped,
      evalPages: evaluation?.pages ?? 0,
      evalWindows: evaluation?.examples.length ?? 0,
      evaluatedOn: setup.evaluationFrom,
      labels: Object.fromEntries(config.labels.names.map((name, id) => [name, train.labelCounts[id]])),
      epochs: settings.maxSteps > 0 ? plan.totalSteps / plan.stepsPerEpoch : settings.epochs,
      stepsPerEpoch: plan.stepsPerEpoch,
      steps: plan.totalSteps,
      warmupSteps: plan.warmupSteps,
      learningRate: settings.learningRate,
      lengths: setup.buckets,
      startedFrom:
        stage === 'full' && options.stage === 'both' ? "Stage A's weights" : setup.source.description,
      parameters: specs.reduce((sum, s) => sum + s.size, 0),
      trainableParameters: specs.reduce((sum, s) => sum + (trainable.has(s.name) ? s.size : 0), 0),
      memory,
      tooLarge: fits ? null : { limit, advice: memoryAdvice(config, specs, trainable, shape, limit) },
      time,
    });
  }
  return { device, deviceReason: reason ?? null, precision, stages };
}

const count = (n: number) => n.toLocaleString('en-US');
const gib = (bytes: number) => `${(bytes / 2 ** 30).toFixed(2)} GiB`;

function duration(seconds: number): string {
  if (seconds < 100) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 100 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function memoryLine({ total, onCard, state, activations }: MemoryEstimate): string {
  const parts = `${gib(state)} weights, gradients and moments, ${gib(activations)} activations`;
  return onCard > 0
    ? `  memory: about ${gib(onCard)} of the graphics card (${parts}) and ${gib(total)} of the machine`
    : `  memory: about ${gib(total)} (${parts})`;
}

/** The plan as lines to read. */
export function planText(plan: TrainingPlan): string[] {
  const lines = [
    `device: ${plan.device}, ${plan.precision}${plan.deviceReason ? ` (${plan.deviceReason})` : ''}`,
  ];
  for (const s of plan.stages) {
    lines.push(
      `Stage ${s.name}: ${s.dataset} -> ${s.folder}`,
      `  pages: ${count(s.pages)} to train on (${count(s.windows)} windows` +
        `${s.skippedWindows > 0 ? `, ${count(s.skippedWindows)} without a label left out` : ''}), ` +
        `${count(s.evalPages)} to evaluate on (${s.evaluatedOn})`,
      `  labels: ${Object.entries(s.labels)
        .map(([name, n]) => `${name} ${count(n)}`)
        .join(', ')}`,
      `  steps: ${count(s.steps)} (${count(s.stepsPerEpoch)} an epoch, ${s.epochs} epochs, ` +
        `${count(s.warmupSteps)} to warm up), learning rate ${s.learningRate}`,
      `  model: ${s.startedFrom}; ${count(s.parameters)} parameters, ${count(s.trainableParameters)} trained; ` +
        `text padded to ${s.lengths.join(', ')}`,
      memoryLine(s.memory),
    );
    if (s.time)
      lines.push(
        `  time: about ${duration(s.time.secondsPerEpoch)} an epoch, ${duration(s.time.secondsPerEpoch * s.epochs)} ` +
          `altogether (a step, measured just now: ${s.time.secondsPerStep.toFixed(2)} s)`,
      );
    if (s.tooLarge) {
      lines.push(`  too little memory: ${gib(s.tooLarge.limit)} free`);
      for (const { change, bytes } of s.tooLarge.advice)
        lines.push(`    with ${change}: about ${gib(bytes)}`);
    }
  }
  return lines;
}
