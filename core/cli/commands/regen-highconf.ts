import { regenerateHighConfidenceDataset, regenerateSchema } from '../../weak-labels/regenerate-dataset.ts';
import type { CommandSpec } from '../command.ts';
import { parseValues } from '../flags.ts';

const spec: CommandSpec<typeof regenerateSchema> = {
  name: 'regen-highconf',
  summary: 'rebuild the high-confidence set, relaxing its thresholds step by step until enough pages pass',
  details: `The report says per page why it was rejected, and keeps every attempt.

Example:
  galley regen-highconf --overwrite --min_pages 25`,
  schema: regenerateSchema,
  async run(given, { print, note, progress, signal }) {
    const options = parseValues(regenerateSchema, given);
    const done = await regenerateHighConfidenceDataset(options, {
      onProgress: (p) => progress.update(p),
      onWarning: (message) => note(`warning: ${message}`),
      signal,
    });
    const pages = Object.entries(done.pages)
      .map(([split, n]) => `${split} ${n}`)
      .join(', ');
    print(
      `${done.attempts.length} ${done.attempts.length === 1 ? 'attempt' : 'attempts'}; pages kept: ${pages}`,
    );
    print(`dataset: ${done.datasetDir}`);
    print(`report: ${done.report}`);
  },
};
export default spec;
