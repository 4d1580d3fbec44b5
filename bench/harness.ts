import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** What one unit of work took. */
export interface Sample {
  readonly seconds: number;
  /** Processor seconds of all threads; only for one thread does it survive a busy machine. */
  readonly cpu: number;
  readonly [more: string]: number;
}

/** One side of a comparison: a process that does its work once per line it is sent (see workers/). */
export class Worker {
  readonly name: string;
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  #facts: Record<string, unknown> = {};

  constructor(name: string, command: readonly string[], work: string, options: Record<string, unknown>) {
    this.name = name;
    const threads = String(options.threads);
    this.#child = spawn(command[0], [...command.slice(1), work, JSON.stringify(options)], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, OMP_NUM_THREADS: threads, MKL_NUM_THREADS: threads },
    });
    this.#lines = createInterface({ input: this.#child.stdout! })[Symbol.asyncIterator]();
  }

  /** Waits until everything is loaded and warm. */
  async ready(): Promise<Record<string, unknown>> {
    this.#facts = await this.#answer();
    return this.#facts;
  }

  async run(): Promise<Sample> {
    this.#child.stdin!.write('run\n');
    return (await this.#answer()) as unknown as Sample;
  }

  /** Ends the process. @returns what it says of itself: peakBytes at least */
  async quit(): Promise<Record<string, unknown> & { peakBytes: number }> {
    const closed = once(this.#child, 'close');
    this.#child.stdin!.end('quit\n');
    const last = await this.#answer();
    await closed;
    return { ...this.#facts, ...last } as Record<string, unknown> & { peakBytes: number };
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  async #answer(): Promise<Record<string, unknown>> {
    for (;;) {
      const { value, done } = await this.#lines.next();
      if (done) throw new Error(`${this.name} ended early (exit code ${this.#child.exitCode})`);
      // Libraries print what they like; answers begin with a brace.
      if (value.startsWith('{')) return JSON.parse(value) as Record<string, unknown>;
    }
  }
}

/** Median and quartiles of n values. */
export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
  readonly n: number;
}

export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (q: number) => {
    const place = q * (sorted.length - 1);
    const [i, part] = [Math.floor(place), place % 1];
    return sorted[i] + part * ((sorted[i + 1] ?? sorted[i]) - sorted[i]);
  };
  return { median: at(0.5), low: at(0.25), high: at(0.75), n: sorted.length };
}

export interface Side {
  readonly name: string;
  readonly seconds: Spread;
  readonly cpu: Spread;
  readonly peakBytes: number;
  readonly facts: Record<string, unknown>;
  readonly samples: readonly Sample[];
}

export interface Comparison {
  readonly sides: readonly Side[];
  /** Of the first side to each other one: median and spread of the ratios of neighbouring runs. */
  readonly ratios: readonly { readonly to: string; readonly wall: Spread; readonly cpu: Spread }[];
}

/**
 * Runs the sides turn by turn, A B A B ...: what else the machine does falls on all of them. Each ratio is of two
 * neighbouring runs, and the median of these ratios is the result. The sides live at the same time, so that all are
 * warm; between their turns they sleep.
 */
export async function interleave(workers: readonly Worker[], rounds: number): Promise<Comparison> {
  const facts = new Map<string, Record<string, unknown>>();
  const samples = new Map<string, Sample[]>(workers.map((w) => [w.name, []]));
  try {
    for (const worker of workers) facts.set(worker.name, await worker.ready());
    for (let i = 0; i < rounds; i++)
      for (const worker of workers) samples.get(worker.name)!.push(await worker.run());
    const sides: Side[] = [];
    for (const worker of workers) {
      const own = samples.get(worker.name)!;
      const last = await worker.quit();
      sides.push({
        name: worker.name,
        seconds: spread(own.map((s) => s.seconds)),
        cpu: spread(own.map((s) => s.cpu)),
        peakBytes: last.peakBytes,
        facts: { ...facts.get(worker.name), ...last },
        samples: own,
      });
    }
    const [first, ...others] = sides;
    const ratios = others.map((other) => ({
      to: other.name,
      wall: spread(first.samples.map((s, i) => s.seconds / other.samples[i].seconds)),
      cpu: spread(first.samples.map((s, i) => s.cpu / other.samples[i].cpu)),
    }));
    return { sides, ratios };
  } finally {
    for (const worker of workers) worker.kill();
  }
}

/** Bytes the machine could still give. */
export function memoryAvailable(): number {
  const found = /MemAvailable:\s+(\d+) kB/.exec(readFileSync('/proc/meminfo', 'utf8'));
  return found ? Number(found[1]) * 1024 : Number.POSITIVE_INFINITY;
}

export const repository = join(import.meta.dirname, '..');
export const galleyWorker = [process.execPath, join(import.meta.dirname, 'workers/galley.ts')];
export const peerWorker = (python: string) => [python, join(import.meta.dirname, 'workers/peer.py')];
