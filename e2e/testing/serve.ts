import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { CallInput, CallName, CallOutput } from '../../core/workbench/contract.ts';

const ROOT = dirname(dirname(import.meta.dirname));
const MAIN = join(ROOT, 'dist', 'core', 'cli', 'main.js');

/** Runs a galley command to its end, as a person would. @throws with what it printed */
export function galley(cwd: string, ...args: string[]): void {
  execFileSync(process.execPath, [MAIN, ...args], { cwd, stdio: ['ignore', 'ignore', 'pipe'] });
}

export interface ServeOptions {
  /** Working folder of the command; settings and made projects are kept below it. */
  readonly home: string;
  readonly project?: string;
  /** Folder below which projects can be opened; the home if none is given. */
  readonly root?: string;
  readonly port?: number;
}

/** A running `galley serve`. */
export class Served {
  readonly address: string;
  readonly #child: ChildProcess;
  readonly #said: () => string;

  private constructor(child: ChildProcess, address: string, said: () => string) {
    this.#child = child;
    this.address = address;
    this.#said = said;
  }

  /** Starts the command and waits for the address it prints. */
  static async start({ home, project, root = home, port = 0 }: ServeOptions): Promise<Served> {
    if (!existsSync(MAIN)) throw new Error('the command is not built: npm run build');
    const args = [MAIN, 'serve', '--port', String(port), '--root', root];
    if (project !== undefined) args.push('--project', project);
    const child = spawn(process.execPath, args, {
      cwd: home,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        GALLEY_CONFIG_DIR: join(home, 'config'),
        GALLEY_DATA_DIR: join(home, 'data'),
      },
    });
    let said = '';
    const address = await new Promise<string>((resolve, reject) => {
      const hear = (text: string) => {
        said += text;
        const printed = /^Galley: (http\S+)$/m.exec(said);
        if (printed) resolve(printed[1]);
      };
      child.stdout?.setEncoding('utf8').on('data', hear);
      child.stderr?.setEncoding('utf8').on('data', hear);
      child.on('error', reject);
      child.on('exit', (code) => reject(new Error(`galley serve ended with code ${code}: ${said}`)));
    });
    return new Served(child, address, () => said);
  }

  /** Everything it printed so far. */
  get said(): string {
    return this.#said();
  }

  get port(): number {
    return Number(new URL(this.address).port);
  }

  /** Asks the workbench as its window does. */
  async call<N extends CallName>(name: N, input: CallInput<N>): Promise<CallOutput<N>> {
    const { origin, searchParams } = new URL(this.address);
    const response = await fetch(`${origin}/api/call/${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-galley-token': searchParams.get('token') ?? '' },
      body: JSON.stringify(input),
    });
    const answer = (await response.json()) as { ok: boolean; value: CallOutput<N>; error?: unknown };
    if (!answer.ok) throw new Error(`${name}: ${JSON.stringify(answer.error)}`);
    return answer.value;
  }

  /** Process ids of the engines below this workbench. */
  enginePids(): number[] {
    const mine = this.#child.pid;
    return processes()
      .filter(({ parent, command }) => parent === mine && command.includes('engine-process'))
      .map(({ pid }) => pid);
  }

  /** Pulls the plug: nothing of it may tidy up. Its engine ends with it. */
  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await gone;
  }

  /** Ends it as Ctrl-C does. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await gone;
  }
}

/** Every process of this machine with its parent and command line. */
function processes(): { pid: number; parent: number; command: string }[] {
  if (process.platform === 'linux') return readdirSync('/proc').flatMap(processOf);
  const lines =
    process.platform === 'win32'
      ? execFileSync(
          'powershell',
          [
            '-NoProfile',
            '-Command',
            'Get-CimInstance Win32_Process | ForEach-Object { "$($_.ProcessId) $($_.ParentProcessId) $($_.CommandLine)" }',
          ],
          { encoding: 'utf8' },
        )
      : execFileSync('ps', ['-A', '-ww', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' });
  return lines.split('\n').flatMap((line) => {
    const found = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line);
    return found ? [{ pid: Number(found[1]), parent: Number(found[2]), command: found[3] }] : [];
  });
}

/** From /proc: a small container has no `ps`. */
function processOf(pid: string): { pid: number; parent: number; command: string }[] {
  if (!/^\d+$/.test(pid)) return [];
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    return [{ pid: Number(pid), parent, command }];
  } catch {
    // It ended meanwhile.
    return [];
  }
}
