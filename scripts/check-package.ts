/**
 * `npm run package:check [-- resources folder]`: whether a packaged application holds what it runs on and nothing else.
 * Starts its workbench and engine from where they lie, by plain Node with a stand-in for Electron, in a folder that is
 * not the clone's: makes a small demo, trains two steps, predicts. What is checked is the layout; Electron itself is the
 * desktop end-to-end spec's.
 */
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import type { CallInput, CallName, CallOutput, Job } from '../core/workbench/contract.ts';
import { FakeChannel, FakeUtilityProcess } from '../electron/testing/fake-utility.ts';
import { WorkbenchHost } from '../electron/workbench-host.ts';
import { foreignBinary } from './native-binaries.ts';

const UNPACKED: Readonly<Record<string, string>> = {
  linux: 'linux-unpacked/resources',
  win32: 'win-unpacked/resources',
  darwin: 'mac-arm64/Galley.app/Contents/Resources',
};
const root = dirname(import.meta.dirname);
const resources = resolve(
  process.argv[2] ?? join(root, 'dist/installers', UNPACKED[process.platform] ?? 'linux-unpacked/resources'),
);
const app = join(resources, 'app.asar.unpacked');
const problems: string[] = [];

function files(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function head(path: string): Buffer {
  const bytes = Buffer.alloc(1024);
  const file = openSync(path, 'r');
  try {
    return bytes.subarray(0, readSync(file, bytes));
  } finally {
    closeSync(file);
  }
}

function checkFiles(): void {
  const all = files(app);
  const megabytes = all.reduce((sum, file) => sum + statSync(file).size, 0) / 2 ** 20;
  console.log(`${all.length} files beside the archive, ${megabytes.toFixed(0)} MB`);
  for (const file of all) {
    if (!/\.(node|dll|dylib|so(\.[\d.]+)?)$/.test(file)) continue;
    const foreign = foreignBinary(head(file), process.platform, process.arch);
    if (foreign) problems.push(`${relative(app, file)} is made for ${foreign}`);
  }
  for (const name of [
    'onnxruntime-web',
    'react',
    'konva',
    'lucide-react',
    '@fontsource',
    'electron',
    'typescript',
  ])
    if (existsSync(join(app, 'node_modules', name))) problems.push(`node_modules/${name} is of no use there`);
}

/** Runs the packaged workbench and engine, in a folder of their own. */
async function checkRun(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'galley-package-'));
  const env = {
    ...process.env,
    GALLEY_CONFIG_DIR: join(folder, 'config'),
    GALLEY_DATA_DIR: join(folder, 'data'),
  };
  const fork = (module: string, serviceName: string) =>
    new FakeUtilityProcess(join(app, module), { serviceName, cwd: folder, env });
  const jobs = new Map<string, Job>();
  let heard = Promise.withResolvers<void>();
  const host = new WorkbenchHost({
    startWorkbench: () => fork('dist/electron/workbench/process.js', 'workbench') as never,
    startEngine: () => fork('dist/core/engine/engine-process.js', 'engine') as never,
    channel: () => new FakeChannel() as never,
    kill: (child) => process.kill(child.pid!, 'SIGKILL'),
    answer: async () => null,
    onEvent: (name, payload) => {
      if (name === 'job.changed') jobs.set((payload as Job).id, payload as Job);
      heard.resolve();
      heard = Promise.withResolvers();
    },
    onOnline: () => {},
    onFailed: (reason) => {
      throw new Error(reason);
    },
  });
  const call = async <N extends CallName>(name: N, input: CallInput<N>): Promise<CallOutput<N>> => {
    const answer = await host.call(name, input);
    if (!answer.ok) throw new Error(`${name}: ${answer.error.message} ${answer.error.where ?? ''}`);
    return answer.value as CallOutput<N>;
  };
  const ended = async (jobId: string | null): Promise<void> => {
    for (;;) {
      const job = jobs.get(jobId ?? '');
      if (job?.state === 'done') return;
      if (job && !['running', 'paused'].includes(job.state)) throw new Error(`${job.title}: ${job.error}`);
      await heard.promise;
    }
  };
  host.start();
  try {
    const { devices } = await call('app.info', {});
    if (!devices.find(({ name }) => name === 'cpu')?.available) throw new Error('the CPU is not a device');
    await ended((await call('project.openDemo', { pages: 8 })).jobId);
    const { pages } = await call('pages.list', {});
    const image = await host.image(pages[0].pageNum, 640);
    if (typeof image === 'string') throw new Error(image);
    const options = { model: 'galley-nano', stage: 'full', max_steps: 2, batch_size: 2, device: 'cpu' };
    await ended((await call('train.start', { options })).jobId);
    const { predicted, words } = await call('pages.predict', { pageNum: pages[0].pageNum });
    console.log(
      `${pages.length} demo pages made, two steps trained, ${predicted?.length} of ${words.length} words predicted`,
    );
    await ended((await call('export.pages', { source: 'predicted', overlay: true, json: true })).jobId);
    console.log('overlays and predictions exported');
  } finally {
    await host.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

console.log(resources);
checkFiles();
await checkRun().catch((error) => problems.push(error.message));
for (const problem of problems) console.error(problem);
process.exitCode = problems.length > 0 ? 1 : 0;
