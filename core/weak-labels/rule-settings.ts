import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';
import { GalleyError, toGalleyError } from '../errors/galley-error.ts';
import { ROW_RULES } from './rules/index.ts';

/** Rules that mark spans inside running directions; they can be switched off, their votes are not weighed. */
export const SPAN_RULES = ['time', 'temperature', 'servings'] as const;

/** Every rule by name, in the order their signals are listed. */
export const RULE_NAMES: readonly string[] = [...ROW_RULES.map((rule) => rule.name), ...SPAN_RULES];

/** How much a rule's votes count, by its name: 1 (or absent) as made, 0 not at all. */
export type RuleSettings = Readonly<Record<string, number>>;

const MOST = 10;
export const ruleSettingsSchema = z.record(z.string(), z.number().min(0).max(MOST));

/** @throws GalleyError `usage` naming a rule that is not there */
export function checkRuleSettings(rules: RuleSettings): void {
  for (const name of Object.keys(rules))
    if (!RULE_NAMES.includes(name))
      throw new GalleyError('usage', `there is no rule "${name}"`, {
        hint: `rules: ${RULE_NAMES.join(', ')}`,
      });
}

/**
 * Reads `{rule: factor}` from YAML.
 * @throws GalleyError `not-found`, `invalid-data` naming the rule, `usage` for a rule that is not there
 */
export async function readRuleSettings(path: string): Promise<RuleSettings> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw toGalleyError(error, path);
  }
  let value: unknown;
  try {
    value = parse(text, { maxAliasCount: 0 });
  } catch (error) {
    throw new GalleyError(
      'invalid-data',
      `not YAML: ${error instanceof Error ? error.message.split('\n')[0] : error}`,
      {
        where: path,
      },
    );
  }
  const parsed = ruleSettingsSchema.safeParse(value ?? {});
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new GalleyError('invalid-data', `${issue.path.join('.') || 'the file'}: ${issue.message}`, {
      where: path,
      hint: `expected rule names with factors of 0 to ${MOST}, such as "capitals: 0.5"`,
    });
  }
  checkRuleSettings(parsed.data);
  return parsed.data;
}
