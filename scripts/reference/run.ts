/**
 * `npm run test:reference`: every comparison with the real libraries, on fresh random seeds.
 *
 *     node scripts/reference/run.ts [--seed N] [--only model,trainer,...] [--quick] [--out FILE]
 *
 * The Python is GALLEY_REFERENCE_PYTHON, or else a virtual environment made in .cache/reference from
 * requirements.txt (PyPI; python3 with venv is needed once). Prints a table of the worst error of each row and writes
 * it to --out (.cache/reference.json). Exits with 1 where anything disagrees.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { parseArgs } from 'node:util';

const here = import.meta.dirname;
const root = join(here, '../..');
const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1e6)) },
    only: { type: 'string' },
    quick: { type: 'boolean', default: false },
    out: { type: 'string', default: join(root, '.cache/reference.json') },
  },
});
const { seed, quick } = values;
const node = process.execPath;
const script = (name: string) => join(here, name);

/** What a script measures, and how its output says so. Row numbers are those of docs/parity.md. */
interface Measure {
  readonly row: number;
  readonly what: string;
  readonly limit: string;
  /** Every match counts; the largest of the first group is the worst error. */
  readonly worst: RegExp;
}

interface Comparison {
  readonly name: string;
  readonly command: (python: string) => string[];
  readonly measures: readonly Measure[];
}

const number = '([\\d.]+(?:e[+-]?\\d+)?)';
const COMPARISONS: readonly Comparison[] = [
  {
    name: 'model',
    command: () => [
      node,
      script('run-model.ts'),
      '--seed',
      seed,
      '--count',
      quick ? '6' : '20',
      ...(quick ? [] : ['--base']),
    ],
    measures: [
      {
        row: 1,
        what: 'logits, of the largest',
        limit: '1e-4',
        worst: new RegExp(`^worst: logits ${number}`, 'gm'),
      },
      { row: 1, what: 'loss, relative', limit: '1e-4', worst: new RegExp(`^worst: .*loss ${number}`, 'gm') },
      {
        row: 2,
        what: 'gradient of every tensor, 2-norm',
        limit: '1e-4',
        worst: new RegExp(`^worst: .*gradients ${number}`, 'gm'),
      },
      { row: 7, what: 'model folders both ways: failed', limit: '0', worst: /^worst .*; (\d+) failed/gm },
      {
        row: 10,
        what: 'logits of the exported ONNX',
        limit: '1e-4',
        worst: new RegExp(`^worst ONNX logits: ${number}`, 'gm'),
      },
    ],
  },
  {
    name: 'trainer',
    command: (python) => [python, script('check_trainer.py'), '--seed', seed],
    measures: [
      {
        row: 3,
        what: 'loss of every step, relative',
        limit: '1e-4',
        worst: new RegExp(`\\bloss ${number}`, 'g'),
      },
      {
        row: 3,
        what: 'gradient norm, relative',
        limit: '1e-4',
        worst: new RegExp(`grad_norm ${number}`, 'g'),
      },
      {
        row: 3,
        what: 'final weights, 2-norm',
        limit: '1e-4',
        worst: new RegExp(`\\bweights ${number}`, 'g'),
      },
      { row: 4, what: 'learning rate', limit: '1e-12', worst: new RegExp(`learning_rate ${number}`, 'g') },
      { row: 4, what: 'evaluation metrics', limit: '1e-9', worst: new RegExp(`metric ${number}`, 'g') },
      { row: 4, what: 'scenarios that failed (log, best, files)', limit: '0', worst: /^(FAIL)/gm },
    ],
  },
  {
    name: 'encoding',
    command: (python) => [python, script('check_encoding.py'), '--seed', seed, ...(quick ? ['--quick'] : [])],
    measures: [
      {
        row: 5,
        what: 'pages whose windows differ (rules of 4 and 5)',
        limit: '0',
        worst: /windows, (\d+) differences/g,
      },
      { row: 6, what: 'pixel_values', limit: '7.9e-3', worst: new RegExp(`worst pixel ${number}`, 'g') },
    ],
  },
  {
    name: 'datasets',
    command: (python) => [python, script('check_datasets.py'), '--seed', seed, '--cases', quick ? '5' : '30'],
    measures: [{ row: 8, what: 'random datasets there and back: failed', limit: '0', worst: /^(FAIL)/gm }],
  },
  {
    name: 'real-datasets',
    command: () => [
      node,
      join(root, 'node_modules/vitest/vitest.mjs'),
      'run',
      'core/datasets/real-datasets.test.ts',
    ],
    measures: [
      { row: 8, what: 'real dataset folders: failed tests', limit: '0', worst: /Tests .*?(\d+) failed/g },
    ],
  },
  {
    name: 'metrics',
    command: (python) => [
      python,
      script('check_metrics.py'),
      '--seed',
      seed,
      '--cases',
      quick ? '50' : '400',
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
];

/** The pinned environment, made on first use and whenever the pins change. */
function referencePython(): string {
  const given = process.env.GALLEY_REFERENCE_PYTHON;
  if (given) return given;
  const venv = join(root, '.cache/reference');
  const python = join(venv, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  const pins = join(here, 'requirements.txt');
  const stamp = join(venv, 'installed.txt');
  const wanted = readFileSync(pins, 'utf8');
  if (existsSync(python) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return python;
  const run = (command: string, args: string[]): void => {
    const { status, error } = spawnSync(command, args, { stdio: 'inherit' });
    if (error || status !== 0)
      throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? `ended with ${status}`}`);
  };
  console.log(`making ${venv} (a few minutes, some GB)`);
  run(process.env.PYTHON ?? (process.platform === 'win32' ? 'python' : 'python3'), ['-m', 'venv', venv]);
  run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', pins]);
  writeFileSync(stamp, wanted);
  return python;
}

/** Runs a command, shows what it prints, and gives it back. */
function listen(
  [command, ...args]: string[],
  python: string,
): Promise<{ code: number | null; text: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        ...process.env,
        GALLEY_REFERENCE_PYTHON: python,
        GALLEY_NODE: node,
        HF_HUB_OFFLINE: '1',
        NO_COLOR: '1',
        // The scripts call plain `node`; it must be this one.
        PATH: `${dirname(node)}${delimiter}${process.env.PATH}`,
      },
    });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      process.stdout.write(chunk);
    });
    child.on('error', reject).on('close', (code) => resolve({ code, text }));
  });
}

interface Row {
  row: number;
  comparison: string;
  what: string;
  /** Null where the comparison ended before it said so. */
  worst: string | null;
  limit: string;
  agrees: boolean;
}

/** The worst figure a script printed, as it printed it. A row that counts failures has none to print when all is well. */
function worstOf({ worst, limit }: Measure, text: string, passed: boolean): string | null {
  const found = [...text.matchAll(worst)].map((match) => match[1]);
  if (found.some((value) => value === 'FAIL')) return String(found.length);
  if (found.length === 0) return passed && limit === '0' ? '0' : null;
  return found.reduce((a, b) => (Number(b) > Number(a) ? b : a));
}

const only = values.only?.split(',');
const unknown = only?.filter((name) => !COMPARISONS.some((c) => c.name === name)) ?? [];
if (unknown.length > 0)
  throw new Error(`no comparison "${unknown[0]}"; there are ${COMPARISONS.map((c) => c.name).join(', ')}`);
const python = referencePython();
console.log(`seed ${seed}, ${python}`);
const rows: Row[] = [];
for (const { name, command, measures } of COMPARISONS) {
  if (only && !only.includes(name)) continue;
  console.log(`\n--- ${name}`);
  const { code, text } = await listen(command(python), python);
  for (const measure of measures) {
    const worst = worstOf(measure, text, code === 0);
    // The script itself knows its limits; here they are held a second time, on what it printed.
    const agrees = code === 0 && worst !== null && Number(worst) <= Number(measure.limit);
    rows.push({
      row: measure.row,
      comparison: name,
      what: measure.what,
      worst,
      limit: measure.limit,
      agrees,
    });
  }
}
rows.sort((a, b) => a.row - b.row);
console.log(`\nseed ${seed}\n| row | comparison | what | worst | limit | |\n|---|---|---|---|---|---|`);
for (const r of rows)
  console.log(
    `| ${r.row} | ${r.comparison} | ${r.what} | ${r.worst ?? 'not measured'} | ${r.limit} | ${r.agrees ? 'agrees' : 'DISAGREES'} |`,
  );
mkdirSync(dirname(values.out), { recursive: true });
const pins = readFileSync(script('requirements.txt'), 'utf8')
  .split('\n')
  .filter((line) => /^\w/.test(line));
writeFileSync(values.out, `${JSON.stringify({ seed: Number(seed), quick, pins, rows }, null, 2)}\n`);
process.exitCode = rows.every((r) => r.agrees) ? 0 : 1;
