import { GalleyError } from '../errors/galley-error.ts';

/** A length known now, or the name of one known only when the model runs (`'batch'`, `'batch*time'`). */
export type Dim = number | string;
export type Shape = readonly Dim[];

export const formatShape = (shape: Shape) => `[${shape.join(', ')}]`;

export const sameShape = (a: Shape, b: Shape) => a.length === b.length && a.every((d, i) => d === b[i]);

export const isStatic = (shape: Shape): shape is readonly number[] =>
  shape.every((d) => typeof d === 'number');

/** Number of elements. Throws GalleyError `graph` for a symbolic shape; `what` names it. */
export function sizeOf(shape: Shape, what = 'a shape'): number {
  if (!isStatic(shape)) throw new GalleyError('graph', `${what}: ${formatShape(shape)} is not static`);
  return shape.reduce((n, d) => n * d, 1);
}

/** `-1` counts from the end. Throws GalleyError `graph` outside [-rank, rank). */
export function normalizeAxis(axis: number, rank: number, what: string): number {
  const positive = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(axis) || positive < 0 || positive >= rank)
    throw new GalleyError('graph', `${what}: axis ${axis} is outside a shape of rank ${rank}`);
  return positive;
}

/** NumPy broadcasting. Throws GalleyError `graph` naming both shapes. */
export function broadcast(a: Shape, b: Shape, what: string): Dim[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const x = a[i - rank + a.length] ?? 1;
    const y = b[i - rank + b.length] ?? 1;
    if (x === y || y === 1) return x;
    if (x === 1) return y;
    throw new GalleyError('graph', `${what}: ${formatShape(a)} and ${formatShape(b)} do not broadcast`);
  });
}

/** `2*T*(T+5)` cut at a sign that stands in no brackets; a factor loses its own. */
function cut(dim: string, sign: '*' | '+'): string[] {
  const parts = [''];
  let depth = 0;
  for (const c of dim) {
    if (c === '(') depth += 1;
    if (c === ')') depth -= 1;
    if (c === sign && depth === 0) parts.push('');
    else parts[parts.length - 1] += c;
  }
  return parts.map((p) => (sign === '*' && p.startsWith('(') ? p.slice(1, -1) : p));
}

/** Factors of a product: the number, and the names, sorted, with repeats. A sum counts as one name. */
function factors(shape: Shape): { count: number; names: string[] } {
  let count = 1;
  const names: string[] = [];
  for (const dim of shape) {
    if (typeof dim === 'number') count *= dim;
    else if (cut(dim, '+').length > 1) names.push(dim);
    else
      for (const part of cut(dim, '*')) {
        if (/^\d+$/.test(part)) count *= Number(part);
        else names.push(part);
      }
  }
  return { count, names: names.sort() };
}

const product = (count: number, names: readonly string[]): Dim => {
  if (names.length === 0) return count;
  if (names.length === 1 && count === 1) return names[0]!;
  return [
    ...(count === 1 ? [] : [String(count)]),
    ...names.map((n) => (n.includes('+') ? `(${n})` : n)),
  ].join('*');
};

/** The product of all dims, symbolic where it must be: [2, 'T', 3] -> '6*T'. */
export const productOf = (shape: Shape): Dim => {
  const { count, names } = factors(shape);
  return product(count, names);
};

/** product(a) / product(b), or null where it is not a whole product. */
export function quotientOf(a: Shape, b: Shape): Dim | null {
  const above = factors(a);
  const below = factors(b);
  for (const name of below.names) {
    const at = above.names.indexOf(name);
    if (at < 0) return null;
    above.names.splice(at, 1);
  }
  if (below.count === 0 || above.count % below.count !== 0) return null;
  return product(above.count / below.count, above.names);
}

/** The sum of dims, symbolic where it must be: ['T', 197] -> 'T+197'. */
export function sumOf(dims: Shape): Dim {
  let count = 0;
  const names: string[] = [];
  for (const dim of dims) {
    if (typeof dim === 'number') count += dim;
    else names.push(dim);
  }
  if (names.length === 0) return count;
  return [...names, ...(count === 0 ? [] : [String(count)])].join('+');
}
