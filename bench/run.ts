/**
 * `npm run bench`: what Galley takes against PyTorch and transformers on this machine, in one run.
 *
 *     node bench/run.ts [--only training-step,...] [--quick] [--threads 2] [--rounds 7] [--out FILE.json]
 *
 * The two sides take turns (harness.ts); each figure is a median with its quartiles, each ratio the median of the ratios of
 * neighbouring runs. With --threads 1 the processor's time is compared instead of the clock's, which survives a machine
 * that has other work. The Python is GALLEY_REFERENCE_PYTHON, or what `npm run test:reference` made in .cache/reference;
 * without one Galley is measured alone. Writes the JSON and the table in docs/performance.md: rows that are not measured
 * in this run keep their figures there, with the date of their run; --only none writes the table alone.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { repository } from './harness.ts';
import type { BenchOptions, Row } from './row.ts';
import { ROWS } from './rows.ts';

const LATEST = join(repository, 'bench/results/latest.json');
const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    quick: { type: 'boolean', default: false },
    threads: { type: 'string', default: '2' },
    rounds: { type: 'string' },
    out: { type: 'string', default: LATEST },
  },
});

function findPython(): string | null {
  const made = join(repository, '.cache/reference/bin/python');
  const python = process.env.GALLEY_REFERENCE_PYTHON ?? (existsSync(made) ? made : null);
  if (!python) return null;
  try {
    execFileSync(python, ['-c', 'import torch, transformers, datasets'], { stdio: 'ignore' });
    return python;
  } catch {
    return null;
  }
}

const cpuFlags = existsSync('/proc/cpuinfo') ? readFileSync('/proc/cpuinfo', 'utf8') : '';
const options: BenchOptions = {
  python: findPython(),
  threads: Number(values.threads),
  rounds: Number(values.rounds ?? (values.quick ? 3 : 7)),
  cache: join(repository, '.cache/bench'),
  model: values.quick ? 'configs/models/galley-nano' : 'configs/models/layoutlmv3-base',
  bfloat16: /avx512_bf16|amx_bf16/.test(cpuFlags),
};
if (!options.python) console.log('no Python with torch, transformers and datasets: Galley is measured alone');
mkdirSync(options.cache, { recursive: true });

interface Result extends Omit<Row, 'data'> {
  readonly measured: string;
  readonly threads: number;
  readonly rounds: number;
  readonly load: string;
  readonly data: unknown;
}
interface Results {
  machine: Record<string, unknown>;
  rows: Result[];
}

const versionOf = (python: string) =>
  execFileSync(
    python,
    [
      '-c',
      'import torch, transformers, datasets as d; print(f"torch {torch.__version__}, transformers {transformers.__version__}, datasets {d.__version__}")',
    ],
    { encoding: 'utf8' },
  ).trim();
const runtime = JSON.parse(
  readFileSync(join(repository, 'node_modules/onnxruntime-node/package.json'), 'utf8'),
) as { version: string };
const known: Results = existsSync(values.out)
  ? (JSON.parse(readFileSync(values.out, 'utf8')) as Results)
  : { machine: {}, rows: [] };
const results: Results = {
  machine: {
    cpu: cpus()[0]?.model.trim(),
    cores: cpus().length,
    features: ['avx2', 'avx512f', 'avx512_vnni', 'avx512_bf16', 'amx_int8'].filter((f) =>
      new RegExp(`\\b${f}\\b`).test(cpuFlags),
    ),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${process.platform} ${release()}`,
    versions: `Node ${process.version}, onnxruntime-node ${runtime.version}${options.python ? `, ${versionOf(options.python)}` : ''}`,
  },
  rows: known.rows,
};

const wanted = values.only === 'none' ? [] : (values.only?.split(',') ?? Object.keys(ROWS));
for (const name of wanted) {
  const row = ROWS[name];
  if (!row) throw new Error(`no row ${name}; there are ${Object.keys(ROWS).join(', ')}`);
  console.log(`${name} ...`);
  try {
    const found = await row(options);
    const now = new Date().toISOString().slice(0, 16).replace('T', ' ');
    for (const one of found) {
      const result: Result = {
        ...one,
        measured: now,
        threads: options.threads,
        rounds: options.rounds,
        load: loadavg()[0].toFixed(1),
      };
      results.rows = [...results.rows.filter((r) => r.id !== one.id), result];
      console.log(
        `  ${one.work}: ${one.galley} | ${one.peer}: ${one.other} | ratio ${one.ratio} (to reach ${one.target}); ${one.note}`,
      );
    }
  } catch (error) {
    console.log(`  not measured: ${(error as Error).message}`);
    process.exitCode = 1;
  }
  mkdirSync(dirname(values.out), { recursive: true });
  writeFileSync(values.out, `${JSON.stringify(results, null, 1)}\n`);
}

/** The table between its two marks in docs/performance.md; what people wrote around it stays. */
function writeTable(): void {
  const path = join(repository, 'docs/performance.md');
  const marks = ['<!-- bench:begin -->', '<!-- bench:end -->'] as const;
  const text = existsSync(path) ? readFileSync(path, 'utf8') : `# Performance\n\n${marks[0]}\n${marks[1]}\n`;
  const order = ['training', 'checkpointing', 'epoch', 'predict', 'encode', 'open', 'window'];
  const place = (id: string) => order.findIndex((o) => id.startsWith(o));
  const rows = [...results.rows].sort((a, b) => place(a.id) - place(b.id));
  const lines = [
    `Machine: ${results.machine.cpu}, ${results.machine.cores} cores (${(results.machine.features as string[]).join(', ')}), ${results.machine.memoryGiB} GiB, ${results.machine.system}. ${results.machine.versions}.`,
    '',
    '| work | Galley | peer | peer takes | ratio | to reach | about it | run |',
    '|---|---|---|---|---|---|---|---|',
    ...rows.map(
      (r) =>
        `| ${r.work} | ${r.galley} | ${r.peer} | ${r.other} | ${r.ratio} | ${r.target} | ${r.note} | ${r.measured}, ${r.threads} thread${r.threads === 1 ? '' : 's'}, ${r.rounds} rounds, load ${r.load} |`,
    ),
  ];
  const [begin, end] = marks.map((m) => text.indexOf(m));
  if (begin < 0 || end < begin) throw new Error(`${path} has lost its marks`);
  writeFileSync(path, `${text.slice(0, begin + marks[0].length)}\n${lines.join('\n')}\n${text.slice(end)}`);
}
// The table shows what latest.json holds; a run into another file leaves both alone.
if (!values.quick && values.out === LATEST) writeTable();
