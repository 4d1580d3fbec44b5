import { describe, expect, it } from 'vitest';
import { groupFields, isChanged, type OptionField, optionsOf, parseField, shownValue } from './form.ts';

const field = (name: string, changes: Partial<OptionField> = {}): OptionField => ({
  name,
  title: name,
  description: '',
  unit: null,
  kind: 'number',
  choices: [],
  defaultValue: null,
  ...changes,
});
const rate = field('learning_rate', { defaultValue: 5e-5 });
const batch = field('batch_size', { kind: 'integer', defaultValue: 2 });
const device = field('device', { kind: 'choice', choices: ['auto', 'cpu'], defaultValue: 'auto' });

describe('parseField', () => {
  it('reads numbers as people write them', () => {
    expect(parseField(rate, ' 3e-5 ')).toEqual({ ok: true, value: 3e-5 });
    expect(parseField(batch, '1 000')).toEqual({ ok: true, value: 1000 });
  });
  it('says what is wrong', () => {
    expect(parseField(rate, 'fast')).toEqual({ ok: false, problem: 'number' });
    expect(parseField(rate, '1,5')).toEqual({ ok: false, problem: 'number' });
    expect(parseField(batch, '2.5')).toEqual({ ok: false, problem: 'integer' });
    expect(parseField(device, 'tpu')).toEqual({ ok: false, problem: 'choice' });
  });
  it('takes an emptied field for the default', () => {
    expect(parseField(batch, ' ')).toEqual({ ok: true, value: 2 });
  });
});

describe('optionsOf', () => {
  const fields = [rate, batch, device, field('debug', { kind: 'boolean', defaultValue: false })];
  it('sends only what differs', () => {
    expect(optionsOf(fields, { learning_rate: '0.00005', batch_size: '4', debug: 'true' })).toEqual({
      batch_size: 4,
      debug: true,
    });
  });
  it('sends nothing that cannot be understood', () => {
    expect(optionsOf(fields, { batch_size: 'many' })).toBeNull();
  });
  it('leaves an unset option unset', () => {
    expect(optionsOf([field('stride', { kind: 'integer' })], { stride: '' })).toEqual({});
  });
});

describe('isChanged', () => {
  it('compares meanings, not texts', () => {
    expect(isChanged(rate, { learning_rate: '5e-05' })).toBe(false);
    expect(isChanged(rate, { learning_rate: '6e-5' })).toBe(true);
    expect(isChanged(rate, {})).toBe(false);
  });
});

describe('groupFields', () => {
  it('leaves out what the buttons decide and loses no other option', () => {
    const groups = groupFields([field('stage'), field('seed'), batch, field('brand_new')]);
    expect(groups.map(({ id, fields }) => [id, fields.map((f) => f.name)])).toEqual([
      ['essentials', ['batch_size']],
      ['records', ['seed']],
      ['other', ['brand_new']],
    ]);
  });
});

describe('shownValue', () => {
  it('writes small numbers short', () => {
    expect([5e-5, 0.01, 1e-12, 0, true, null].map(shownValue)).toEqual([
      '5e-5',
      '0.01',
      '1e-12',
      '0',
      'true',
      '',
    ]);
  });
});
