import type { JobEvent, JobInput, JobKind, JobResult } from '../engine/jobs.ts';
import { runJob } from '../engine/run-job.ts';
import type { TrainingEvent } from '../training/trainer.ts';
import type { CommandContext } from './command.ts';
import { WarningNotes } from './warning-notes.ts';

/** One line a log row or evaluation, as people read it. */
function trainingLine(event: TrainingEvent & { stage?: string }): string | null {
  const stage = event.stage === 'full' ? 'Stage B' : 'Stage A';
  if (event.kind === 'evaluation') {
    const { metrics, loss, step } = event.result;
    const perLabel = Object.entries(metrics.per_label)
      .filter(([label, s]) => label !== 'O' && s.support > 0)
      .map(([label, s]) => `${label} ${s.f1.toFixed(3)}`)
      .join(', ');
    const best = event.best ? ', best so far' : '';
    return `${stage} step ${step}: macro F1 ${metrics.macro_f1.toFixed(4)}${best}, eval loss ${loss?.toFixed(4) ?? 'unknown'} (${perLabel})`;
  }
  return null;
}

/** Runs a job in its worker thread and shows its events on stderr. */
export function runWithProgress<K extends JobKind>(
  kind: K,
  input: JobInput<K>,
  { signal, progress, note }: CommandContext,
): Promise<JobResult<K>> {
  const warnings = new WarningNotes(note);
  return runJob(kind, input, {
    signal,
    onEvent: (event: JobEvent<K>) => {
      if (event.type === 'progress') progress.update(event);
      else if (event.type === 'warning') warnings.add(event.message);
      else if (event.type === 'training') {
        const line = trainingLine(event.event as TrainingEvent & { stage?: string });
        if (line) note(line);
      }
    },
  }).finally(() => warnings.end());
}
