import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { gradients } from './gradient.ts';
import { Graph } from './graph.ts';
import { lower } from './lower.ts';
import * as ops from './ops/index.ts';
import { printModel } from './print.ts';

const root = join(import.meta.dirname, '../..');
const text = readFileSync(join(root, 'docs/engine.md'), 'utf8');

/** Without indentation, which a formatter of the page may change. */
const flush = (code: string) => code.replace(/^ +/gm, '');

describe('docs/engine.md', () => {
  const quotes = [...text.matchAll(/```ts\n\/\/ (core\/\S+)\n([\s\S]*?)```/g)].map((m) => [m[1]!, m[2]!]);

  it('quotes some files', () => expect(quotes.length).toBeGreaterThan(3));

  it.each(quotes)('quotes %s as it is', (path, code) => {
    expect(flush(readFileSync(join(root, path), 'utf8'))).toContain(flush(code));
  });

  it('shows the graph that its example gives', () => {
    const g = new Graph();
    const x = g.input('x', 'float32', [2, 3]);
    const b = g.input('b', 'float32', [3]);
    const y = ops.softmax(g, ops.add(g, x, b));
    const loss = ops.reduceSum(g, ops.mul(g, y, y), [0, 1]);
    g.output(loss, 'loss');
    g.output(gradients(g, loss, [b]).get(b)!, 'b.gradient');
    expect(/```graph\n([\s\S]*?)\n```/.exec(text)?.[1]).toBe(printModel(lower(g)));
  });
});
