import type { Served } from './serve.ts';

/** Both stages of galley-nano in a few steps, an evaluation after every second one. */
export const SMALL_TRAINING = {
  model: 'galley-nano',
  device: 'cpu',
  max_length: 256,
  max_steps: 4,
  logging_steps: 1,
  eval_steps: 2,
} as const;

const ASK_MS = 250;

/** Waits for the end of a job. @throws where it ends otherwise than done */
export async function untilDone(served: Served, jobId: string): Promise<void> {
  for (;;) {
    const job = (await served.call('jobs.list', {})).jobs.find(({ id }) => id === jobId);
    if (job?.state === 'done') return;
    if (job && job.state !== 'running') throw new Error(`${job.title}: ${job.state}: ${job.error}`);
    await new Promise((resolve) => setTimeout(resolve, ASK_MS));
  }
}
