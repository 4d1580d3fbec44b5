import { en } from './en.ts';

export type MessageKey = keyof typeof en;
/** A counted message has one text for one and another for many. */
export interface Counted {
  readonly one: string;
  readonly other: string;
}

type Placeholders<S> = S extends `${string}{${infer Name}}${infer Rest}` ? Name | Placeholders<Rest> : never;
type TextOf<K extends MessageKey> = (typeof en)[K] extends Counted
  ? (typeof en)[K]['one' | 'other']
  : (typeof en)[K];
type ParamsOf<K extends MessageKey> = (typeof en)[K] extends Counted
  ? { count: number } & Record<Exclude<Placeholders<TextOf<K>>, 'count'>, string | number>
  : Record<Placeholders<TextOf<K>>, string | number>;
type Arguments<K extends MessageKey> = keyof ParamsOf<K> extends never ? [] : [params: ParamsOf<K>];

const plural = new Intl.PluralRules('en');
const integers = new Intl.NumberFormat('en');

/** The text of a message with its values put in; numbers are grouped ("12 480"). */
export function t<K extends MessageKey>(key: K, ...[params]: Arguments<K>): string {
  const entry: string | Counted = en[key];
  const values = (params ?? {}) as Readonly<Record<string, string | number>>;
  const text =
    typeof entry === 'string'
      ? entry
      : plural.select(Number(values.count)) === 'one'
        ? entry.one
        : entry.other;
  return fill(text, values);
}

/** For messages whose key is only known at run time (rule codes, states): null where there is no such message. */
export function tMaybe(key: string, values: Readonly<Record<string, string | number>> = {}): string | null {
  const entry = (en as Readonly<Record<string, string | Counted>>)[key];
  return typeof entry === 'string' ? fill(entry, values) : null;
}

function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    return typeof value === 'number' ? formatNumber(value) : (value ?? whole);
  });
}

/** Groups from five digits on, as typographers do: 1234, 12 345. */
export function formatNumber(value: number): string {
  if (!Number.isInteger(value)) return String(value);
  return Math.abs(value) < 10_000 ? String(value) : integers.format(value).replaceAll(',', ' ');
}

/** 0.874 as "87 %". */
export function formatShare(share: number): string {
  const percent = Math.round(share * 100);
  return `${percent === 100 && share < 1 ? 99 : percent === 0 && share > 0 ? 1 : percent} %`;
}

/** "45 s", "3 min 20 s", "2 h 5 min". */
export function formatDuration(seconds: number): string {
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return `${s} s`;
  if (s < 3600) return s % 60 === 0 ? `${s / 60} min` : `${Math.floor(s / 60)} min ${s % 60} s`;
  const minutes = Math.round((s % 3600) / 60);
  return `${Math.floor(s / 3600)} h ${minutes} min`;
}

/** "14:02" in the person's own time. */
export function formatClock(iso: string): string {
  const date = new Date(iso);
  return `${String(date.getHours()).padStart(2, '0')}:${String(date.getMinutes()).padStart(2, '0')}`;
}
