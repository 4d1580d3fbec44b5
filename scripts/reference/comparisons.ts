/** What `npm run test:reference` runs, and how the worst error of each row of docs/parity.md is read off the output. */
import { join } from 'node:path';

const here = import.meta.dirname;
const script = (name: string) => join(here, name);

export interface Drawn {
  readonly seed: string;
  /** Fewer cases, nothing of base size. */
  readonly quick: boolean;
  readonly python: string;
  readonly node: string;
}

export interface Measure {
  /** Of docs/parity.md. */
  readonly row: number;
  readonly what: string;
  readonly limit: string;
  /** Every match counts; the largest of the first group is the worst error. Nothing found and limit 0: none failed. */
  readonly worst: RegExp;
}

export interface Comparison {
  readonly name: string;
  /** Which transformers (and datasets, Pillow) stand first. */
  readonly version: 4 | 5;
  readonly command: (drawn: Drawn) => string[] | null;
  readonly measures: readonly Measure[];
}

const number = '([\\d.]+(?:e[+-]?\\d+)?)';
const after = (text: string, flags = 'gm') => new RegExp(`${text}${number}`, flags);

const trainer = (
  name: string,
  version: 4 | 5,
  what: string,
  args: string[],
  quickToo: boolean,
): Comparison => ({
  name,
  version,
  command: ({ python, seed, quick }) =>
    quick && !quickToo ? null : [python, script('check_trainer.py'), '--seed', seed, ...args],
  measures: [
    { row: 3, what: `${what}: loss of every step, relative`, limit: '1e-4', worst: after('\\bloss ') },
    { row: 3, what: `${what}: gradient norm, relative`, limit: '1e-4', worst: after('grad_norm ') },
    { row: 3, what: `${what}: final weights, 2-norm`, limit: '1e-4', worst: after('\\bweights ') },
    { row: 4, what: `${what}: learning rate`, limit: '1e-12', worst: after('learning_rate ') },
    { row: 4, what: `${what}: evaluation metrics`, limit: '1e-9', worst: after('metric ') },
    {
      row: 4,
      what: `${what}: failed (batch order, log, best, files)`,
      limit: '0',
      worst: /^(FAIL)/gm,
    },
  ],
});

const encoding = (name: string, version: 4 | 5, pillow: string): Comparison => ({
  name,
  version,
  command: ({ python, seed, quick }) => [
    ...[python, script('check_encoding.py'), '--seed', seed],
    ...(quick ? ['--quick'] : []),
  ],
  measures: [
    {
      row: 5,
      what: `pages whose windows differ, transformers ${version}`,
      limit: '0',
      worst: /windows, (\d+) differences/g,
    },
    { row: 6, what: `pixel_values, ${pillow}`, limit: '7.845e-3', worst: after('worst pixel ') },
  ],
});

const datasets = (name: string, version: 4 | 5, what: string): Comparison => ({
  name,
  version,
  command: ({ python, seed, quick }) => [
    ...[python, script('check_datasets.py'), '--seed', seed],
    ...['--cases', quick ? '5' : version === 5 ? '24' : '8'],
  ],
  measures: [
    { row: 8, what: `random datasets there and back, ${what}: failed`, limit: '0', worst: /^(FAIL)/gm },
  ],
});

export const COMPARISONS: readonly Comparison[] = [
  {
    name: 'model',
    version: 5,
    command: ({ node, seed, quick }) => [
      ...[node, script('run-model.ts'), '--seed', seed, '--count', quick ? '6' : '20'],
      ...(quick ? [] : ['--base']),
    ],
    measures: [
      { row: 1, what: 'logits, of the largest', limit: '1e-4', worst: after('^worst: logits ') },
      { row: 1, what: 'loss, relative', limit: '1e-4', worst: after('^worst: .*loss ') },
      {
        row: 2,
        what: 'gradient of every tensor, 2-norm',
        limit: '1e-4',
        worst: after('^worst: .*gradients '),
      },
      { row: 7, what: 'weights there and back: failed', limit: '0', worst: /^worst .*; (\d+) failed/gm },
      {
        row: 10,
        what: 'logits of the exported ONNX',
        limit: '1e-4',
        worst: after('^worst ONNX logits: '),
      },
    ],
  },
  {
    name: 'folders',
    version: 5,
    command: ({ node, seed, quick }) => [
      ...[node, script('run-folders.ts'), '--seed', seed],
      ...(quick ? [] : ['--base']),
    ],
    measures: [
      {
        row: 7,
        what: 'logits of folders saved by transformers 4 and 5',
        limit: '1e-4',
        worst: after('worst logits '),
      },
      {
        row: 7,
        what: 'logits of folders saved by Galley, in 4 and 5',
        limit: '1e-4',
        worst: after('worst saved logits '),
      },
      {
        row: 7,
        what: 'folders both ways, both versions: failed',
        limit: '0',
        worst: /, (\d+) failed/g,
      },
    ],
  },
  trainer('trainer', 5, 'transformers 5', [], true),
  trainer('trainer-4', 4, 'transformers 4', [], false),
  trainer('trainer-base', 5, 'base size', ['--base'], false),
  encoding('encoding', 5, 'Pillow 13'),
  encoding('encoding-4', 4, 'Pillow 12'),
  datasets('datasets', 5, 'datasets 5'),
  datasets('datasets-3', 4, 'datasets 3'),
  {
    name: 'real-datasets',
    version: 5,
    command: ({ python }) => [python, script('check_datasets.py'), '--folders'],
    measures: [{ row: 8, what: 'real dataset folders, row by row: failed', limit: '0', worst: /^(FAIL)/gm }],
  },
  {
    name: 'metrics',
    version: 5,
    command: ({ python, seed, quick }) => [
      ...[python, script('check_metrics.py'), '--seed', seed, '--cases', quick ? '50' : '400'],
    ],
    measures: [
      {
        row: 9,
        what: 'scores of seqeval and scikit-learn that differ',
        limit: '0',
        worst: /, (\d+) differences/g,
      },
    ],
  },
  {
    name: 'recipes',
    version: 5,
    command: ({ python, seed, quick }) => [
      ...[python, script('check_recipes.py'), '--seed', seed, '--pages', quick ? '10' : '40'],
    ],
    measures: [
      {
        row: 12,
        what: 'recipes that recipe-scrapers reads otherwise than written',
        limit: '0',
        worst: /recipes read, (\d+) differences/g,
      },
    ],
  },
  {
    name: 'exported-model',
    version: 5,
    command: ({ python, seed, quick }) => [
      ...[python, script('check_exported_model.py'), '--seed', seed, '--pages', quick ? '2' : '8'],
    ],
    measures: [
      {
        row: 13,
        what: "words that an exported model's predict.py labels otherwise than galley predict",
        limit: '0',
        worst: /words, (\d+) with another label/g,
      },
      { row: 13, what: 'probability of the label', limit: '1e-3', worst: after('label, probability ') },
    ],
  },
  ...([5, 4] as const).map(
    (version): Comparison => ({
      name: version === 5 ? 'facts' : 'facts-4',
      version,
      command: ({ python }) => [python, script('check_facts.py')],
      measures: [
        {
          row: 11,
          what: `settled points that no longer hold, transformers ${version}`,
          limit: '0',
          worst: /, (\d+) do not hold/g,
        },
      ],
    }),
  ),
];
