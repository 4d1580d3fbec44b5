import { z } from 'zod';
import { GalleyError } from '../errors/galley-error.ts';
import { readJson, writeFileWhole } from '../files/files.ts';

/** One row of the log, as Hugging Face's Trainer writes it; `epoch` and `step` are in every row. */
export type LogRow = Record<string, number> & { epoch: number; step: number };

const number = z
  .number()
  .nullable()
  .transform((x) => x ?? Number.NaN);

/** `trainer_state.json` of transformers (TrainerState), field by field: unknown keys would break older readers. */
export const trainerStateSchema = z.object({
  best_global_step: z.int().nullable(),
  best_metric: z.number().nullable(),
  best_model_checkpoint: z.string().nullable(),
  epoch: z.number(),
  eval_steps: z.number(),
  global_step: z.int().min(0),
  is_hyper_param_search: z.boolean(),
  is_local_process_zero: z.boolean(),
  is_world_process_zero: z.boolean(),
  log_history: z.array(z.record(z.string(), number)),
  logging_steps: z.number(),
  max_steps: z.int(),
  num_input_tokens_seen: z.int(),
  num_train_epochs: z.int(),
  save_steps: z.number(),
  stateful_callbacks: z.record(z.string(), z.unknown()),
  total_flos: z.number(),
  train_batch_size: z.int(),
  trial_name: z.null(),
  trial_params: z.null(),
});
export type TrainerState = z.output<typeof trainerStateSchema>;

export interface TrainerStateSettings {
  readonly maxSteps: number;
  readonly epochs: number;
  readonly batchSize: number;
  readonly loggingSteps: number;
  /** 500, transformers' default, where evaluations and checkpoints follow epochs. */
  readonly evalSteps?: number;
  readonly saveSteps?: number;
}

export function newTrainerState(s: TrainerStateSettings): TrainerState {
  return {
    best_global_step: null,
    best_metric: null,
    best_model_checkpoint: null,
    epoch: 0,
    eval_steps: s.evalSteps ?? 500,
    global_step: 0,
    is_hyper_param_search: false,
    is_local_process_zero: true,
    is_world_process_zero: true,
    log_history: [],
    logging_steps: s.loggingSteps,
    max_steps: s.maxSteps,
    num_input_tokens_seen: 0,
    num_train_epochs: s.epochs,
    save_steps: s.saveSteps ?? 500,
    stateful_callbacks: {
      TrainerControl: {
        args: {
          should_epoch_stop: false,
          should_evaluate: false,
          should_log: false,
          should_save: true,
          should_training_stop: false,
        },
        attributes: {},
      },
    },
    total_flos: 0,
    train_batch_size: s.batchSize,
    trial_name: null,
    trial_params: null,
  };
}

/** Text of the file: indent 2, keys sorted at every level, newline at the end. Numbers that are none become null. */
export function trainerStateText(state: TrainerState): string {
  const sorted = (_: string, value: unknown) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value;
  return `${JSON.stringify(state, sorted, 2)}\n`;
}

export const writeTrainerState = (path: string, state: TrainerState): Promise<void> =>
  writeFileWhole(path, trainerStateText(state));

/** @throws GalleyError `not-found`, or `damaged` naming the field */
export async function readTrainerState(path: string): Promise<TrainerState> {
  const parsed = trainerStateSchema.safeParse(await readJson(path));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new GalleyError('damaged', `not a trainer_state.json: ${issue.path.join('.')}: ${issue.message}`, {
    where: path,
  });
}
