import { z } from 'zod';
import { GalleyError } from '../../errors/galley-error.ts';
import { isProblem, type ModelCheck, type Verdict, verifyModel } from '../../inference/verify-model.ts';
import type { CommandSpec } from '../command.ts';
import { parseValues } from '../flags.ts';

const schema = z.object({
  model_dir: z.string().meta({ description: 'model folder to check', unit: 'path' }),
  json: z.boolean().default(false).meta({ description: 'machine-readable output' }),
});

const SAID: Record<Verdict, string> = {
  loads: 'will load',
  wrong: 'would load, but not compute what was meant',
  refused: 'will not load',
};

function lines({ facts, findings, verdicts }: ModelCheck): string[] {
  const said = [`Galley: ${SAID[verdicts.galley]}`, `transformers: ${SAID[verdicts.transformers]}`];
  if (facts) {
    const dtypes = Object.entries(facts.dtypes).map(([dtype, n]) => `${n} ${dtype}`);
    said.push(
      `${facts.parameters.toLocaleString('en')} parameters in ${facts.tensors} tensors (${dtypes.join(', ')})`,
      `${facts.labels.length} labels: ${facts.labels.join(', ')}`,
      `windows of up to ${facts.maxTextLength} tokens; licence of the base weights: ${facts.licence ?? 'none noted'}`,
    );
  }
  for (const finding of findings) {
    said.push(`${isProblem(finding) ? 'PROBLEM' : 'note'}: ${finding.message}`);
    if (finding.change) said.push(`  to do: ${finding.change}`);
  }
  return said;
}

const spec: CommandSpec<typeof schema> = {
  name: 'verify',
  summary: 'check a model folder: will it load in Galley and in transformers, and what to change',
  positional: 'model_dir',
  details: `Example:
  galley verify models/layoutlmv3_boston_final

Checks config.json, labels, every tensor (presence, shape, dtype, NaN), tokenizer, image settings and licence stamp.
Exit code 0: both take it; 4: at least one does not, or would compute something else.`,
  schema,
  async run(given, { print, signal }) {
    const { model_dir, json } = parseValues(schema, given);
    const check = await verifyModel(model_dir, signal);
    if (json) print(JSON.stringify(check, null, 2));
    else for (const line of lines(check)) print(line);
    const problems = check.findings.filter(isProblem).length;
    if (problems > 0)
      throw new GalleyError('invalid-data', `${problems} problem${problems === 1 ? '' : 's'} found`, {
        where: model_dir,
      });
  },
};
export default spec;
