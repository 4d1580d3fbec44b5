/**
 * Runs one Galley training for scripts/reference/check_trainer.py: `node run-training.ts SPEC.json` with
 * `{stage, options}`; prints the stage's log rows as one line of JSON.
 */
import { readFileSync } from 'node:fs';
import { trainingSchema } from '../../core/training/options.ts';
import { trainStage } from '../../core/training/stages.ts';

const spec = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const result = await trainStage(spec.stage, trainingSchema.parse(spec.options));
console.log(
  JSON.stringify({ log_history: result.logHistory, best: result.bestCheckpoint, folder: result.folder }),
);
