import type { EvaluationOutcome } from './evaluation.ts';
import type { LogRow, TrainerState } from './trainer-state.ts';

const round = (x: number, digits: number) => Math.round(x * 10 ** digits) / 10 ** digits;

/** Sums that the next row of the log is made of; saved in checkpoints. */
export interface LossSums {
  /** Sum of the losses since the last row. */
  readonly lossSinceLog: number;
  /** Step of the last row. */
  readonly lastLogged: number;
  /** Sum of all losses logged before. */
  readonly totalLoss: number;
}

/** Writes rows of `log_history` as Hugging Face's Trainer does (transformers 5.23: losses are not rounded). */
export class TrainingLog {
  readonly trainer: TrainerState;
  readonly #tell: (row: LogRow) => void;
  #lossSinceLog: number;
  #lastLogged: number;
  #totalLoss: number;

  constructor(
    trainer: TrainerState,
    tell: (row: LogRow) => void,
    sums: LossSums = { lossSinceLog: 0, lastLogged: 0, totalLoss: 0 },
  ) {
    this.trainer = trainer;
    this.#tell = tell;
    this.#lossSinceLog = sums.lossSinceLog;
    this.#lastLogged = sums.lastLogged;
    this.#totalLoss = sums.totalLoss;
  }

  get sums(): LossSums {
    return {
      lossSinceLog: this.#lossSinceLog,
      lastLogged: this.#lastLogged,
      totalLoss: this.#totalLoss,
    };
  }

  /** Macro F1 of every evaluation so far. */
  get macroF1History(): number[] {
    return this.trainer.log_history.flatMap((row) => ('eval_macro_f1' in row ? [row.eval_macro_f1] : []));
  }

  /** Adds a micro-batch's loss; what is no number counts as the average since the last row (logging_nan_inf_filter). */
  addLoss(loss: number): void {
    const steps = this.trainer.global_step - this.#lastLogged;
    this.#lossSinceLog += Number.isFinite(loss) ? loss : this.#lossSinceLog / (1 + steps);
  }

  logStep(gradientNorm: number, learningRate: number): void {
    const step = this.trainer.global_step;
    this.#add({
      loss: this.#lossSinceLog / (step - this.#lastLogged),
      grad_norm: gradientNorm,
      learning_rate: learningRate,
    });
    this.#totalLoss += this.#lossSinceLog;
    this.#lossSinceLog = 0;
    this.#lastLogged = step;
  }

  logEvaluation({ loss, metrics, seconds, examples }: EvaluationOutcome, batchSize: number): void {
    this.#add({
      eval_loss: loss ?? Number.NaN,
      eval_macro_f1: metrics.macro_f1,
      eval_accuracy: metrics.accuracy,
      eval_entity_f1: metrics.entity_f1,
      eval_runtime: round(seconds, 4),
      eval_samples_per_second: round(examples / seconds, 3),
      eval_steps_per_second: round(Math.ceil(examples / batchSize) / seconds, 3),
    });
  }

  /** The last row. @param examples trained on altogether @param seconds of training, runs before a resume included */
  logEnd(examples: number, seconds: number): void {
    const steps = this.trainer.global_step;
    this.#totalLoss += this.#lossSinceLog;
    this.#add({
      train_runtime: round(seconds, 4),
      train_samples_per_second: round(examples / seconds, 3),
      train_steps_per_second: round(steps / seconds, 3),
      total_flos: this.trainer.total_flos,
      train_loss: this.#totalLoss / Math.max(steps, 0.001),
    });
  }

  #add(values: Record<string, number>): void {
    const row = { ...values, epoch: this.trainer.epoch, step: this.trainer.global_step };
    this.trainer.log_history.push(row);
    this.#tell(row);
  }
}
