import { ModelRunner, type RunnerOptions } from './model-runner.ts';
import { ResidentRunner } from './resident-runner.ts';
import type { Runner } from './runner.ts';
import type { TrainingState } from './state.ts';

/**
 * The runner for a device: on WebGPU weights, gradients and moments stay there; elsewhere they are fed and fetched each step
 * (on the CPU that costs nothing).
 */
export function createRunner(options: RunnerOptions, state: TrainingState): Runner {
  return options.device === 'webgpu' ? new ResidentRunner(options, state) : new ModelRunner(options, state);
}
