/**
 * Galley's side of a comparison: `node galley.ts WORK OPTIONS` prepares the work, says so in one line of JSON, and then
 * does it once per line read from stdin, answering each with what it took. `quit` ends it.
 */
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { encodePages } from './encode-pages.ts';
import { deviceGemm, gemm } from './gemm.ts';
import { openDataset } from './open-dataset.ts';
import { predictPage } from './predict-page.ts';
import { predictSplit } from './predict-split.ts';
import { trainingStep } from './training-step.ts';

export interface Work {
  /** Facts to be written beside the figures. */
  readonly facts?: Record<string, unknown>;
  /** One unit; may give figures of its own. */
  run(): Promise<Record<string, number> | undefined> | Record<string, number> | undefined;
  close?(): Promise<void>;
}

const WORKS: Readonly<Record<string, (options: never) => Promise<Work>>> = {
  'training-step': trainingStep,
  'predict-page': predictPage,
  'encode-pages': encodePages,
  'open-dataset': openDataset,
  'predict-split': predictSplit,
  gemm,
  'device-gemm': deviceGemm,
};

const peakBytes = () => {
  const found = /VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'));
  return found ? Number(found[1]) * 1024 : process.resourceUsage().maxRSS * 1024;
};
const say = (answer: object) => process.stdout.write(`${JSON.stringify(answer)}\n`);

const work = await WORKS[process.argv[2]](JSON.parse(process.argv[3]) as never);
say({ ...work.facts, preparedBytes: peakBytes() });
for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'quit') break;
  const [began, before] = [performance.now(), process.cpuUsage()];
  const more = await work.run();
  const { user, system } = process.cpuUsage(before);
  say({ seconds: (performance.now() - began) / 1000, cpu: (user + system) / 1e6, ...more });
}
await work.close?.();
say({ peakBytes: peakBytes() });
