/**
 * `npm run test:reference`: every comparison with the real libraries, on fresh random seeds.
 *
 *     node scripts/reference/run.ts [--seed N] [--only model,trainer,...] [--quick] [--out FILE]
 *
 * The Python is made on first use (environment.ts). Prints a table of the worst error of each row and writes it to
 * --out (.cache/reference.json). Exits with 1 where anything disagrees.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { COMPARISONS, type Measure } from './comparisons.ts';
import { pins, referenceEnvironment } from './environment.ts';

const root = join(import.meta.dirname, '../..');
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

interface Row {
  row: number;
  comparison: string;
  what: string;
  /** Null where the comparison ended before it said so. */
  worst: string | null;
  limit: string;
  agrees: boolean;
}

/** Runs a command, shows what it prints, and gives it back. */
function listen(
  [command, ...args]: string[],
  env: Record<string, string>,
): Promise<{ code: number | null; text: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, ...env },
    });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
      process.stdout.write(chunk);
    });
    child.on('error', reject).on('close', (code) => resolve({ code, text }));
  });
}

/** The worst figure a script printed, as it printed it. A row that counts failures has none to print when all is well. */
function worstOf({ worst, limit }: Measure, text: string, passed: boolean): string | null {
  const found = [...text.matchAll(worst)].map((match) => match[1]);
  if (found.some((value) => value === 'FAIL')) return String(found.length);
  if (found.length === 0) return passed && limit === '0' ? '0' : null;
  return found.reduce((a, b) => (Number(b) > Number(a) ? b : a));
}

const only = values.only?.split(',');
const unknown = only?.find((name) => !COMPARISONS.some((c) => c.name === name));
if (unknown !== undefined)
  throw new Error(`no comparison "${unknown}"; there are ${COMPARISONS.map((c) => c.name).join(', ')}`);

const { python, version4 } = referenceEnvironment(join(root, '.cache'));
console.log(`seed ${seed}, ${python}`);
const environment = {
  GALLEY_REFERENCE_PYTHON: python,
  GALLEY_REFERENCE_TRANSFORMERS4: version4,
  GALLEY_NODE: node,
  // The CPU's figures, wherever it runs.
  CUDA_VISIBLE_DEVICES: '',
  // One thread sums in one order, and does not wait for another on a busy machine.
  OMP_NUM_THREADS: process.env.OMP_NUM_THREADS ?? '1',
  HF_HUB_OFFLINE: '1',
  HF_HUB_DISABLE_PROGRESS_BARS: '1',
  TQDM_DISABLE: '1',
  NO_COLOR: '1',
  // Standard output of Python as it comes, and the scripts' plain `node` is this one.
  PYTHONUNBUFFERED: '1',
  PATH: `${dirname(node)}${delimiter}${process.env.PATH}`,
};
const rows: Row[] = [];
const seconds: Record<string, number> = {};
for (const { name, version, command, measures } of COMPARISONS) {
  const words = command({ seed, quick, python, node });
  if (!words || (only && !only.includes(name))) continue;
  console.log(`\n--- ${name}`);
  const began = performance.now();
  const { code, text } = await listen(words, { ...environment, PYTHONPATH: version === 4 ? version4 : '' });
  seconds[name] = Math.round((performance.now() - began) / 1000);
  for (const { row, what, limit, worst: pattern } of measures) {
    const worst = worstOf({ row, what, limit, worst: pattern }, text, code === 0);
    // The script itself knows its limits; here they are held a second time, on what it printed.
    const agrees = code === 0 && worst !== null && Number(worst) <= Number(limit);
    rows.push({ row, comparison: name, what, worst, limit, agrees });
  }
}
rows.sort((a, b) => a.row - b.row);
console.log(`\nseed ${seed}\n| row | comparison | what | worst | limit | |\n|---|---|---|---|---|---|`);
for (const r of rows)
  console.log(
    `| ${r.row} | ${r.comparison} | ${r.what} | ${r.worst ?? 'not measured'} | ${r.limit} | ${r.agrees ? 'agrees' : 'DISAGREES'} |`,
  );
mkdirSync(dirname(values.out), { recursive: true });
const record = { seed: Number(seed), quick, only: only ?? null, pins: pins(), seconds, rows };
writeFileSync(values.out, `${JSON.stringify(record, null, 2)}\n`);
process.exitCode = rows.every((r) => r.agrees) ? 0 : 1;
