import { LoopRunner } from './loop-runner.ts';
import { ModelRunner, type RunnerOptions } from './model-runner.ts';
import { ResidentRunner } from './resident-runner.ts';
import type { Runner } from './runner.ts';
import type { TrainingState } from './state.ts';

/**
 * The runner for a device: on WebGPU weights, gradients and moments stay there; on CUDA they stay there for a run of several
 * steps; on the CPU they lie where they are computed with.
 */
export function createRunner(options: RunnerOptions, state: TrainingState): Runner {
  switch (options.device) {
    case 'webgpu':
      return new ResidentRunner(options, state);
    case 'cuda':
      return new LoopRunner(options, state);
    case 'cpu':
      return new ModelRunner(options, state);
  }
}
