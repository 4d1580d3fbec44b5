import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { addFlags, givenValues, normaliseArguments, parseValues } from './flags.ts';

const schema = z.object({
  dataset_dir: z.string().meta({ description: 'folder' }),
  learning_rate: z.number().positive().default(5e-5).meta({ description: 'peak', unit: 'per step' }),
  stage: z.enum(['both', 'highconf', 'full']).default('both').meta({ description: 'which' }),
  auto: z.boolean().default(true).meta({ description: 'auto' }),
  debug: z.boolean().default(false).meta({ description: 'small' }),
  seed: z.int().optional().meta({ description: 'seed' }),
});

function parse(...argv: string[]) {
  const command = addFlags(new Command(), schema)
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  command.parse(normaliseArguments(argv), { from: 'user' });
  return givenValues(command, schema);
}

describe('flags from a schema', () => {
  it('takes dashes and underscores, and keeps dashes of values', () => {
    expect(parse('--learning-rate', '1e-4', '--dataset_dir=a-b')).toEqual({
      learning_rate: 1e-4,
      dataset_dir: 'a-b',
    });
  });
  it('turns a default-true switch off', () => {
    expect(parse('--no-auto', '--debug')).toEqual({ auto: false, debug: true });
    expect(parse('--auto')).toEqual({ auto: true });
  });
  it('shows unit and default in help', () => {
    const help = addFlags(new Command(), schema).helpInformation();
    expect(help).toMatch(/--learning_rate <N>\s+peak \[per step\] \(default: 0.00005\)/);
    expect(help).toMatch(/--stage <both\|highconf\|full>/);
  });
  it('names the flag that is wrong or missing', () => {
    expect(() => parseValues(schema, parse('--learning_rate', 'x'))).toThrow(/--dataset_dir is required/);
    expect(() => parseValues(schema, { dataset_dir: 'd', ...parse('--learning_rate', '-1') })).toThrow(
      /--learning_rate.*-1/,
    );
    expect(() => parseValues(schema, { dataset_dir: 'd', seed: 1.5 })).toThrow(/--seed/);
    expect(() => parse('--stage', 'c')).toThrow(/Allowed choices/);
  });
});
