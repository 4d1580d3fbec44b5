import { GalleyError } from '../errors/galley-error.ts';
import type { LayoutLMv3Config } from '../layoutlmv3/config.ts';
import type { ParameterSpec } from '../layoutlmv3/parameters.ts';
import { estimateMemory, type TrainingShape } from './memory.ts';

/** Sets how much memory a training may take, in GiB, instead of what the system says is free. */
export const MEMORY_LIMIT_VARIABLE = 'GALLEY_MEMORY_GIB';

/** Bytes this process may still take: {@link MEMORY_LIMIT_VARIABLE}, or what the system (or its container) has left. */
export function memoryLimit(): number {
  const given = Number(process.env[MEMORY_LIMIT_VARIABLE]);
  return given > 0 ? given * 2 ** 30 : process.availableMemory();
}

/** A setting that could be changed, and what the training would take then. */
export interface MemoryAdvice {
  readonly change: string;
  readonly bytes: number;
}

const gib = (bytes: number) => `${(bytes / 2 ** 30).toFixed(1)} GiB`;

/** What could be changed so that a training fits, cheapest first; only what fits is given. */
export function memoryAdvice(
  config: LayoutLMv3Config,
  specs: readonly ParameterSpec[],
  trainable: ReadonlySet<string>,
  shape: TrainingShape,
  limit: number,
): MemoryAdvice[] {
  const changes: [string, Partial<TrainingShape>][] = [];
  const one: Partial<TrainingShape> = { batch: 1, evalBatch: 1, accumulates: true };
  const oneText = `--batch_size 1 --eval_batch_size 1 --gradient_accumulation_steps ${shape.batch}`;
  if (!shape.checkpointing) changes.push(['--gradient_checkpointing', { checkpointing: true }]);
  if (shape.batch > 1) changes.push([oneText, one]);
  if (shape.batch > 1 && !shape.checkpointing)
    changes.push([`--gradient_checkpointing ${oneText}`, { ...one, checkpointing: true }]);
  const longest = Math.max(...shape.lengths, ...shape.evalLengths);
  if (longest > 128) {
    const shorter = Math.max(128, 64 * Math.floor(longest / 128));
    const cut = (lengths: readonly number[]) => [...new Set(lengths.map((n) => Math.min(n, shorter)))];
    changes.push([
      `--max_length ${shorter}`,
      { lengths: cut(shape.lengths), evalLengths: cut(shape.evalLengths) },
    ]);
  }
  const half = Math.ceil(config.numHiddenLayers / 2);
  if (shape.freezeLayers < half) {
    const frozen = (name: string) => {
      const layer = /encoder\.layer\.(\d+)\./.exec(name);
      return name.startsWith('layoutlmv3.') && (layer === null || Number(layer[1]) < half);
    };
    const left = new Set([...trainable].filter((name) => !frozen(name)));
    const frozenShape = { ...shape, freezeLayers: half, trainRelativeBias: false };
    const bytes = estimateMemory(config, specs, left, frozenShape).total;
    const fitting = bytes <= limit ? [{ change: `--freeze_layers ${half}`, bytes }] : [];
    return [...fits(changes), ...fitting];
  }
  return fits(changes);

  function fits(list: typeof changes): MemoryAdvice[] {
    return list
      .map(([change, difference]) => ({
        change,
        bytes: estimateMemory(config, specs, trainable, { ...shape, ...difference }).total,
      }))
      .filter(({ bytes }) => bytes <= limit);
  }
}

/**
 * Refuses a training that the machine has too little memory for, before anything is loaded or written.
 * @throws GalleyError `training` with what it would take, what there is, and what to change
 */
export function checkMemory(
  config: LayoutLMv3Config,
  specs: readonly ParameterSpec[],
  trainable: ReadonlySet<string>,
  shape: TrainingShape,
  limit: number = memoryLimit(),
): void {
  const { total } = estimateMemory(config, specs, trainable, shape);
  if (total <= limit) return;
  throw memoryError(total, { limit, advice: memoryAdvice(config, specs, trainable, shape, limit) });
}

/** Says what a training would take, what there is, and what to change. */
export function memoryError(
  total: number,
  { limit, advice }: { readonly limit: number; readonly advice: readonly MemoryAdvice[] },
): GalleyError {
  const message = `this training would take about ${gib(total)} of memory, ${gib(limit)} are free`;
  const changes = advice.map(({ change, bytes }) => `${change} (${gib(bytes)})`).join('; ');
  const hint = changes
    ? `change one of: ${changes}`
    : `close other programs, or train a smaller model; ${MEMORY_LIMIT_VARIABLE} says how much may be used`;
  return new GalleyError('training', message, { hint });
}
