import { z } from 'zod';
import { GalleyError } from '../errors/galley-error.ts';
import { readJson, writeJsonWhole } from '../files/files.ts';
import { LabelMap, OUTSIDE, type OwnLabelStyles } from '../labels/labels.ts';
import { describeValue } from './jsonl.ts';

export const LABEL_MAP_FILE = 'label_map.json';

/** Looks and keys of labels by name, as label_map.json and config.json hold them. */
export const ownStylesSchema = z.record(
  z.string().min(1).max(200),
  z.object({
    colour: z
      .string()
      .regex(/^#[0-9a-f]{6}$/i, 'a colour is #rrggbb')
      .optional(),
    letter: z.string().min(1).max(2).optional(),
    title: z.string().min(1).max(100).optional(),
    key: z.string().length(1).optional(),
  }),
);

/** A label map with NOTE collapsed to O, and how the ids of a file become its ids. */
export interface StoredLabelMap {
  readonly labelMap: LabelMap;
  /** Names by id in the file. */
  readonly names: readonly string[];
  /** Id in `labelMap` by id in the file; they differ where a collapsed label was left out. */
  readonly idOf: readonly number[];
}

/**
 * Reads `label_map.json`. Understood, with `styles` beside: `{name: id}`, `{id: name}`, `{id2label, label2id}` or either of them (also as
 * `id_to_label`, `label_to_id`), a list of names, `{labels: [...]}` or `{names: [...]}`.
 * @throws GalleyError `invalid-data` naming the file: another shape, ids that are not 0..n-1, one name twice.
 */
export async function readLabelMapFile(path: string): Promise<StoredLabelMap> {
  const json = await readJson(path);
  return collapsed(namesOf(json, path), path, stylesOf(json, path));
}

function stylesOf(json: unknown, where: string): OwnLabelStyles {
  const styles = (json as { styles?: unknown } | null)?.styles;
  if (styles === undefined || styles === null || typeof styles !== 'object') return {};
  const parsed = ownStylesSchema.safeParse(styles);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw invalid(`styles, ${issue.path.join('.')}: ${issue.message}`, where);
}

/** Writes `{"id2label": {...}, "label2id": {...}}`, and `styles` where the set has its own. @throws GalleyError `io`. */
export function writeLabelMapFile(path: string, labelMap: LabelMap): Promise<void> {
  return writeJsonWhole(path, labelMapJson(labelMap));
}

/** What {@link writeLabelMapFile} writes. */
export function labelMapJson(labelMap: LabelMap): Record<string, unknown> {
  const styles = Object.keys(labelMap.styles).length > 0 ? { styles: labelMap.styles } : {};
  return { id2label: labelMap.toId2Label(), label2id: labelMap.toLabel2Id(), ...styles };
}

/** Leaves out the names that collapse onto another one of the list (NOTE onto O) and renumbers the rest. */
export function collapsed(
  names: readonly string[],
  where: string,
  styles: OwnLabelStyles = {},
): StoredLabelMap {
  try {
    const kept = names.filter((name) => !collapsesOnto(name, names));
    const labelMap = new LabelMap(kept, styles);
    return { labelMap, names, idOf: names.map((name) => labelMap.idOf(name, where)) };
  } catch (error) {
    if (!(error instanceof GalleyError)) throw error;
    throw new GalleyError(error.code, error.message, { where, hint: error.hint, cause: error });
  }
}

/** Whether `name` is a spelling of another label in a set that holds O: asks LabelMap, the one place that knows. */
function collapsesOnto(name: string, names: readonly string[]): boolean {
  if (name === OUTSIDE || !names.includes(OUTSIDE)) return false;
  try {
    return new LabelMap([OUTSIDE]).idOf(name) === 0;
  } catch {
    return false;
  }
}

function namesOf(value: unknown, where: string): string[] {
  if (Array.isArray(value)) return namesOfList(value, where);
  if (typeof value !== 'object' || value === null)
    throw invalid(`expected label names and ids, found ${describeValue(value)}`, where);
  const object = value as Record<string, unknown>;
  const nested =
    object.id2label ??
    object.id_to_label ??
    object.label2id ??
    object.label_to_id ??
    object.labels ??
    object.names;
  if (typeof nested === 'object' && nested !== null) return namesOf(nested, where);
  const pairs = Object.entries(object).map(([key, entry]): [number, string] => {
    if (typeof entry === 'number') return [entry, key];
    if (typeof entry === 'string' && /^\d+$/.test(key)) return [Number(key), entry];
    throw invalid(
      `"${key}": expected an id for a name or a name for an id, found ${describeValue(entry)}`,
      where,
    );
  });
  const names: string[] = [];
  for (const [id, name] of pairs) {
    if (!Number.isInteger(id) || id < 0 || id >= pairs.length || names[id] !== undefined)
      throw invalid(`label "${name}": expected each id of 0..${pairs.length - 1} once, found ${id}`, where);
    names[id] = name;
  }
  return namesOfList(names, where);
}

function namesOfList(list: readonly unknown[], where: string): string[] {
  const wrong = list.find((name) => typeof name !== 'string' || name === '');
  if (list.length === 0) throw invalid('there are no labels in it', where);
  if (wrong !== undefined) throw invalid(`expected a label name, found ${describeValue(wrong)}`, where);
  return list as string[];
}

function invalid(message: string, where: string): GalleyError {
  return new GalleyError('invalid-data', message, { where });
}
