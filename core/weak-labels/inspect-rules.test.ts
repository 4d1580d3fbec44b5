import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { DEMO_LABELS, readBook } from '../demo/demo-pages.ts';
import { changedLabels, inspectRules } from './inspect-rules.ts';
import { labelBook } from './label-pages.ts';
import { RULE_NAMES, readRuleSettings } from './rule-settings.ts';

const book = readBook(5, 24);
const pages = book.map((page) => ({ ...page, imagePath: null }));
const weak = labelBook(pages);
const gold = new Map(book.map((page) => [page.pageNum, page.labels.map((name) => DEMO_LABELS.idOf(name))]));
const reports = inspectRules(weak, (pageNum) => gold.get(pageNum) ?? null);

describe('the rule inspector', () => {
  it('reports every rule once, with shares that are shares', () => {
    expect(reports.map((report) => report.rule)).toEqual(RULE_NAMES);
    for (const { coverage, overlaps, conflicts, agreement, accuracy } of reports)
      for (const share of [coverage, overlaps, conflicts, agreement, accuracy ?? 0]) {
        expect(share).toBeGreaterThanOrEqual(0);
        expect(share).toBeLessThanOrEqual(1);
      }
  });

  it('finds rules that speak and are mostly right against the labels the pages were made with', () => {
    const quantity = reports.find((report) => report.rule === 'quantity')!;
    expect(quantity.lines).toBeGreaterThan(20);
    expect(quantity.labels[0]).toBe('INGREDIENT_LINE');
    expect(quantity.accuracy).toBeGreaterThan(0.8);
    expect(reports.find((report) => report.rule === 'time')!.accuracy).toBeGreaterThan(0.8);
  });

  it('knows no accuracy without gold labels', () => {
    expect(inspectRules(weak).every((report) => report.accuracy === null)).toBe(true);
  });

  it('shows what switching a rule off changes, and that it then says nothing', () => {
    const without = labelBook(pages, {}, { quantity: 0, time: 0 });
    expect(inspectRules(without).find((report) => report.rule === 'quantity')!.lines).toBe(0);
    const change = changedLabels(weak, without);
    expect(change.words).toBe(change.pages.reduce((sum, page) => sum + page.words, 0));
    expect(change.moves.some(({ from }) => from === 'TIME')).toBe(true);
    expect(changedLabels(weak, labelBook(pages, {}, { quantity: 1 })).words).toBe(0);
  });

  it('weighs a rule: its votes are scaled', () => {
    const half = inspectRules(labelBook(pages, {}, { quantity: 0.5 }));
    const [whole, now] = [reports, half].map((r) => r.find((report) => report.rule === 'quantity')!);
    // Lines are cut by what they were taken for, so their number moves a little.
    expect(now.meanWeight / whole.meanWeight).toBeCloseTo(0.5, 1);
  });
});

describe('a file of rule weights', () => {
  const read = async (text: string) => {
    const path = join(await mkdtemp(join(tmpdir(), 'galley-rules-')), 'rules.yaml');
    await writeFile(path, text);
    return readRuleSettings(path);
  };

  it('is read', async () => {
    expect(await read('capitals: 0\nquantity: 1.5\n')).toEqual({ capitals: 0, quantity: 1.5 });
    expect(await read('')).toEqual({});
  });

  it.each([
    ['colours: 1', /there is no rule "colours"/],
    ['capitals: -1', /capitals: .*>=0/],
    ['capitals: much', /capitals: /],
    ['- a', /expected record|Invalid input/],
    ['a: [', /not YAML/],
  ])('%s is refused', async (text, message) => {
    await expect(read(text)).rejects.toThrow(message);
  });
});
