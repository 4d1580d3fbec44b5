import { describeValue } from '../datasets/jsonl.ts';
import { GalleyError } from '../errors/galley-error.ts';
import type { Box } from '../page/page.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** An object, or null for anything else. */
export const asObject = (value: unknown): JsonObject | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : null;

/** Own property of an object, so that a file cannot name what objects inherit. */
export const own = (object: JsonObject, key: string): unknown =>
  Object.hasOwn(object, key) ? object[key] : undefined;

/** @throws GalleyError `invalid-data` naming what was there instead */
export function needObject(value: unknown, what: string, where: string): JsonObject {
  const object = asObject(value);
  if (object === null)
    throw new GalleyError('invalid-data', `${what}: expected an object, found ${describeValue(value)}`, {
      where,
    });
  return object;
}

/** A list; nothing counts as an empty one. @throws GalleyError `invalid-data` */
export function needList(value: unknown, what: string, where: string): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value))
    throw new GalleyError('invalid-data', `${what}: expected a list, found ${describeValue(value)}`, {
      where,
    });
  return value;
}

/** @throws GalleyError `invalid-data` */
export function needText(value: unknown, what: string, where: string): string {
  if (typeof value !== 'string')
    throw new GalleyError('invalid-data', `${what}: expected a string, found ${describeValue(value)}`, {
      where,
    });
  return value;
}

export const asNumber = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null;

/** A whole number of at least 0. */
export const asCount = (value: unknown): number | null =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;

/** Four numbers; whether they make sense is for whoever knows the page. */
export function asBox(value: unknown): Box | null {
  return Array.isArray(value) && value.length === 4 && value.every((x) => Number.isFinite(x))
    ? (value as unknown as Box)
    : null;
}

/** A list of label names. */
export const asNames = (value: unknown): readonly string[] | null =>
  Array.isArray(value) && value.every((name) => typeof name === 'string' && name !== '') && value.length > 0
    ? value
    : null;
