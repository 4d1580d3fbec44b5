import { type Command, Option } from 'commander';
import type { z } from 'zod';
import { GalleyError } from '../errors/galley-error.ts';

type FieldKind = 'boolean' | 'number' | 'string' | 'choice' | 'list';

interface Field {
  kind: FieldKind;
  choices: string[];
  optional: boolean;
  defaultValue: unknown;
  description: string;
  unit: string | undefined;
}

interface FieldMeta {
  description?: string;
  unit?: string;
}

/** Unwraps default / optional / nullable and reads the metadata of one schema field. */
function describeField(schema: z.ZodType): Field {
  let inner = schema as z.ZodType & { def: Record<string, unknown> & { type: string } };
  let meta: FieldMeta = (inner.meta() ?? {}) as FieldMeta;
  let defaultValue: unknown;
  let optional = false;
  while (['default', 'prefault', 'optional', 'nullable', 'pipe'].includes(inner.def.type)) {
    if (inner.def.type === 'default' || inner.def.type === 'prefault')
      defaultValue ??= inner.def.defaultValue;
    if (inner.def.type === 'optional' || inner.def.type === 'nullable') optional = true;
    inner = (inner.def.type === 'pipe' ? inner.def.out : inner.def.innerType) as typeof inner;
    meta = { ...(inner.meta() as FieldMeta | undefined), ...meta };
  }
  const type = inner.def.type;
  const choices: string[] =
    type === 'enum'
      ? Object.values(inner.def.entries as Record<string, string>)
      : type === 'union'
        ? (inner.def.options as (z.ZodType & { def: { type: string; values?: unknown[] } })[]).flatMap((o) =>
            o.def.type === 'literal' ? (o.def.values ?? []).map(String) : [],
          )
        : [];
  const kind: FieldKind =
    type === 'boolean'
      ? 'boolean'
      : type === 'number' || type === 'int'
        ? 'number'
        : type === 'enum'
          ? 'choice'
          : type === 'array'
            ? 'list'
            : 'string';
  return { kind, choices, optional, defaultValue, description: meta.description ?? '', unit: meta.unit };
}

/** Every field of a schema as a flag: name, kind, unit, default, help. */
export function describeFlags(schema: z.ZodObject): (Field & { name: string })[] {
  return Object.entries(schema.shape).map(([name, field]) => ({
    name,
    ...describeField(field as z.ZodType),
  }));
}

/**
 * Declares one flag per schema field, `--snake_case` (dashes work too, see {@link normaliseArguments}), with unit
 * and default in its help line. Commander keeps no defaults: what the user did not say is absent, so that a
 * configuration file can fill it in before the schema does.
 */
export function addFlags(command: Command, schema: z.ZodObject, skip: readonly string[] = []): Command {
  for (const [name, fieldSchema] of Object.entries(schema.shape)) {
    if (skip.includes(name)) continue;
    const field = describeField(fieldSchema as z.ZodType);
    const unit = field.unit ? ` [${field.unit}]` : '';
    const shown =
      field.defaultValue === undefined || field.defaultValue === null || field.defaultValue === ''
        ? ''
        : ` (default: ${String(field.defaultValue)})`;
    const text = `${field.description}${unit}${shown}`;
    if (field.kind === 'boolean') {
      command.addOption(new Option(`--${name}`, text));
      if (field.defaultValue === true)
        command.addOption(new Option(`--no_${name}`, `turn --${name} off`).argParser(() => true));
      continue;
    }
    const placeholder =
      field.kind === 'number' ? 'N' : field.kind === 'choice' ? field.choices.join('|') : 'VALUE';
    const option = new Option(`--${name} <${placeholder}>`, text);
    if (field.kind === 'choice') option.choices(field.choices);
    command.addOption(option);
  }
  return command;
}

/** `--learning-rate 1` and `--learning_rate 1` are one flag: dashes inside long flags become underscores. */
export function normaliseArguments(argv: readonly string[]): string[] {
  let literal = false;
  return argv.map((argument) => {
    if (argument === '--') literal = true;
    if (literal || !argument.startsWith('--')) return argument;
    const [flag, ...value] = argument.split('=');
    return [`--${flag.slice(2).replaceAll('-', '_')}`, ...value].join('=');
  });
}

/** What the user said on the command line, as values of the schema's types but not yet validated. */
export function givenValues(command: Command, schema: z.ZodObject): Record<string, unknown> {
  const raw = command.opts() as Record<string, unknown>;
  const given: Record<string, unknown> = {};
  for (const [name, fieldSchema] of Object.entries(schema.shape)) {
    const field = describeField(fieldSchema as z.ZodType);
    if (field.kind === 'boolean' && raw[`no_${name}`]) given[name] = false;
    const value = raw[name];
    if (value === undefined) continue;
    if (field.kind === 'number') given[name] = Number(value === '' ? Number.NaN : value);
    else if (field.kind === 'list') given[name] = String(value).split(',');
    else if (field.kind === 'boolean') given[name] = true;
    else given[name] = value;
  }
  return given;
}

/** Validates against the schema; the first problem becomes one `usage` error naming the flag. */
export function parseValues<S extends z.ZodObject>(
  schema: S,
  values: Record<string, unknown>,
  where?: string,
): z.output<S> {
  const parsed = schema.safeParse(values);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const name = issue.path.join('.');
  const found = values[String(issue.path[0])];
  const missing = found === undefined;
  throw new GalleyError(
    'usage',
    missing && issue.code === 'invalid_type'
      ? `--${name} is required`
      : `${name ? `--${name}: ` : ''}${issue.message}${missing ? '' : `, found ${JSON.stringify(found)}`}`,
    { where, hint: 'see --help' },
  );
}
