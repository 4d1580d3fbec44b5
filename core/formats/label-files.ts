import { parse } from 'yaml';
import { z } from 'zod';
import { GalleyError } from '../errors/galley-error.ts';
import { LabelMap, OUTSIDE, type OwnLabelStyle } from '../labels/labels.ts';
import { BOUNDS, decodeText, readBounded } from './bounds.ts';
import { splitTag } from './label-scheme.ts';

const MOST_BYTES = 2 ** 20;
const MOST_LABELS = 250;

const name = z.string().trim().min(1).max(BOUNDS.labelLength);
const mappingSchema = z.record(z.string().min(1).max(BOUNDS.labelLength), name.nullable());

/** Labels of a file by labels of the project; null leaves a word undecided, `*` is every label not named. */
export type LabelMapping = Readonly<Record<string, string | null>>;

const labelEntry = z.union([
  name,
  z.strictObject({
    name,
    title: z.string().trim().min(1).max(100).optional(),
    colour: z
      .string()
      .regex(/^#[0-9a-f]{6}$/i, 'expected a colour as #rrggbb')
      .optional(),
    letter: z.string().min(1).max(2).optional(),
    key: z.string().length(1, 'expected one character').optional(),
  }),
]);
const setSchema = z.union([
  z.array(labelEntry).min(1).max(MOST_LABELS),
  z.object({ labels: z.array(labelEntry).min(1).max(MOST_LABELS) }).transform((file) => file.labels),
]);

/** YAML (or JSON) of a file; aliases, with which a small file can describe a huge one, are refused. */
async function readYaml(path: string): Promise<unknown> {
  const text = decodeText(await readBounded(path, MOST_BYTES), path);
  try {
    return parse(text, { maxAliasCount: 0 });
  } catch (error) {
    throw new GalleyError('damaged', `not valid YAML: ${(error as Error).message.split('\n')[0]}`, {
      where: path,
      cause: error,
    });
  }
}

function checked<T>(schema: z.ZodType<T>, value: unknown, path: string, expected: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const at = issue.path.length > 0 ? `${issue.path.join('.')}: ` : '';
  throw new GalleyError('invalid-data', `${at}${issue.message}`, { where: path, hint: expected });
}

/** Reads `theirs: OURS` a line; `null` drops a label, `"*"` stands for every other. @throws GalleyError */
export async function readLabelMapping(path: string): Promise<LabelMapping> {
  return checked(
    mappingSchema,
    await readYaml(path),
    path,
    'expected lines as "question: INGREDIENT_LINE", null to leave words undecided',
  );
}

/**
 * Reads a project's own labels: names, or `{name, title?, colour?, letter?, key?}`. O is given the id 0 wherever it stands.
 * @throws GalleyError `invalid-data` for a name or a key that is there twice
 */
export async function readLabelSet(path: string): Promise<LabelMap> {
  const entries = checked(
    setSchema,
    await readYaml(path),
    path,
    'expected labels: with names, or {name, title, colour, letter, key}, below',
  );
  const styles: Record<string, OwnLabelStyle> = {};
  const names = [OUTSIDE];
  const keys = new Map<string, string>();
  for (const entry of entries) {
    const { name: label, ...style } = typeof entry === 'string' ? { name: entry } : entry;
    if (label !== OUTSIDE) names.push(label);
    if (Object.keys(style).length > 0) styles[label] = style as OwnLabelStyle;
    const { key } = style as OwnLabelStyle;
    if (key === undefined) continue;
    const other = keys.get(key);
    if (other !== undefined)
      throw new GalleyError('invalid-data', `the key "${key}" is given to ${other} and to ${label}`, {
        where: path,
      });
    keys.set(key, label);
  }
  try {
    return new LabelMap(names, styles);
  } catch (error) {
    throw new GalleyError('invalid-data', (error as GalleyError).message, { where: path, cause: error });
  }
}

/**
 * A label in the project's words. What the mapping names counts exactly first, then without `B-`/`I-`, which is put back
 * where the project's set has such labels, then `*`; without any, the label stays as it is.
 */
export function mapLabel(
  label: string,
  mapping: LabelMapping,
  has: (name: string) => boolean = () => false,
): string | null {
  if (Object.hasOwn(mapping, label)) return mapping[label];
  const { prefix, name: bare } = splitTag(label);
  if (prefix !== '' && Object.hasOwn(mapping, bare)) {
    const mapped = mapping[bare];
    return mapped !== null && has(prefix + mapped) ? prefix + mapped : mapped;
  }
  return Object.hasOwn(mapping, '*') ? mapping['*'] : label;
}

export interface LabelChoice {
  readonly labelMap: LabelMap;
  /** Whether it is Galley's own set, for which rules can label what nobody has. */
  readonly own: boolean;
}

const isDefault = (labels: Iterable<string>) =>
  [...labels].every((label) => {
    try {
      return LabelMap.default.idOf(label) >= 0;
    } catch {
      return false;
    }
  });

/**
 * The label set of a dataset: the one that was asked for, else Galley's where every label and scheme is of it, else one made of the
 * labels that are used, in the order their schemes name them, behind those the folder has already.
 * @throws GalleyError `mismatch` naming labels that do not fit
 */
export function chooseLabels(
  used: ReadonlySet<string>,
  schemes: Iterable<readonly string[]>,
  asked: LabelMap | null,
  before: LabelMap | null,
): LabelChoice {
  const fits = (map: LabelMap, label: string) => {
    try {
      return map.idOf(label) >= 0;
    } catch {
      return false;
    }
  };
  const fixed = asked ?? (before?.equals(LabelMap.default) ? before : null);
  if (fixed !== null) {
    const foreign = [...used].filter((label) => !fits(fixed, label));
    if (foreign.length > 0)
      throw new GalleyError(
        'mismatch',
        `the labels ${foreign.slice(0, 12).join(', ')} are not in the label set (${fixed.names.join(', ')})`,
        { hint: 'map them with --label_mapping, or import into a folder of its own' },
      );
    return { labelMap: fixed, own: fixed.equals(LabelMap.default) };
  }
  const told = new Set([...schemes].flat());
  if (before === null && isDefault(used) && isDefault(told)) return { labelMap: LabelMap.default, own: true };
  const names = new Set([OUTSIDE, ...(before?.names ?? []), ...told]);
  for (const label of used) names.add(label);
  if (names.size > MOST_LABELS)
    throw new GalleyError(
      'invalid-data',
      `there are ${names.size} different labels, at most ${MOST_LABELS} fit`,
      {
        hint: 'map them with --label_mapping',
      },
    );
  return { labelMap: new LabelMap([...names], before?.styles ?? {}), own: false };
}
