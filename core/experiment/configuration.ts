import { parse as parseYaml } from 'yaml';
import { GalleyError } from '../errors/galley-error.ts';
import { readText } from '../files/files.ts';
import { type ExperimentOptions, experimentSchema } from './options.ts';

/** Keys and values of a YAML file; every key must be one the runner knows. */
export async function readExperimentYaml(path: string): Promise<Record<string, unknown>> {
  let value: unknown;
  try {
    value = parseYaml(await readText(path), { maxAliasCount: 100 });
  } catch (error) {
    if (error instanceof GalleyError) throw error;
    throw new GalleyError('damaged', `not valid YAML: ${(error as Error).message.split('\n')[0]}`, {
      where: path,
    });
  }
  if (value === null || value === undefined) return {};
  if (typeof value !== 'object' || Array.isArray(value))
    throw new GalleyError('damaged', 'expected keys and values', { where: path });
  const known = new Set(Object.keys(experimentSchema.shape));
  for (const key of Object.keys(value))
    if (!known.has(key) || key === 'config')
      throw new GalleyError('usage', `unknown key "${key}"`, {
        where: path,
        hint: 'keys are the flags of galley experiment --help',
      });
  return Object.fromEntries(Object.entries(value).map(([key, v]) => [key, coerce(key, v)]));
}

/** YAML reads `fp16: true` as a boolean and `infer_page_num: 38` as a number; the schema wants text there. */
function coerce(key: string, value: unknown): unknown {
  return (key === 'fp16' || key === 'infer_page_num' || key === 'run_id') && value !== null
    ? String(value)
    : value;
}

/**
 * Defaults, then the YAML file, then what the user said on the command line: the last one wins.
 * @throws GalleyError `usage` naming the flag or key that is wrong
 */
export async function resolveExperiment(given: Record<string, unknown>): Promise<ExperimentOptions> {
  const path = given.config as string | undefined;
  const fromFile = path ? await readExperimentYaml(path) : {};
  const merged = { ...fromFile, ...given };
  const parsed = experimentSchema.safeParse(merged);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const key = String(issue.path[0]);
  throw new GalleyError('usage', `${key}: ${issue.message}, found ${JSON.stringify(merged[key])}`, {
    where: key in given ? 'command line' : path,
    hint: 'see galley experiment --help',
  });
}
