/** From `galley serve` to a page drawn in headless Chromium, the second start and later ones. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { repository } from './harness.ts';

export interface WindowStart {
  /** From the command to the words of a page on the canvas, by the clock. */
  readonly seconds: number;
  /** Processor seconds of `galley serve` and its children until then; NaN where /proc is not. */
  readonly server: number;
  /** Processor seconds of Chromium, all its processes, until then. */
  readonly browser: number;
}

/** Processor seconds of a process and everything it started, from /proc (100 ticks a second). */
function cpuSeconds(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
    const own = (Number(fields[11]) + Number(fields[12])) / 100;
    return children.reduce((sum, child) => sum + (cpuSeconds(Number(child)) || 0), own);
  } catch {
    return Number.NaN;
  }
}

/** The processes of Chromium, found by the folder it was started with. */
function chromiumOf(profile: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(profile);
      } catch {
        return false;
      }
    });
}

/**
 * Each start: the command, the browser's navigation, the words of a page and its picture on the canvas.
 * @param executable Chromium
 * @param main the command line's compiled entry
 */
export async function windowStarts(
  project: string,
  starts: number,
  executable: string,
  main = join(repository, 'dist/core/cli/main.js'),
): Promise<WindowStart[]> {
  const { chromium } = await import('@playwright/test');
  const home = mkdtempSync(join(tmpdir(), 'galley-window-'));
  const args = ['--no-sandbox', `--crash-dumps-dir=${home}`];
  const browser = await chromium.launch({ executablePath: executable, args });
  const [root] = existsSync('/proc/self/stat') ? chromiumOf(home) : [];
  const found: WindowStart[] = [];
  try {
    for (let i = 0; i <= starts; i++) {
      const began = performance.now();
      const before = root ? cpuSeconds(root) : Number.NaN;
      const child = spawn(process.execPath, [main, 'serve', '--project', project, '--port', '0'], {
        stdio: ['ignore', 'pipe', 'ignore'],
        env: { ...process.env, GALLEY_CONFIG_DIR: home, GALLEY_DATA_DIR: home },
      });
      const closed = once(child, 'close');
      try {
        let address = '';
        for await (const line of createInterface({ input: child.stdout })) {
          address = /Galley: (http\S+)/.exec(line)?.[1] ?? '';
          if (address) break;
        }
        const page = await browser.newPage();
        await page.goto(address);
        await page.waitForFunction(
          () =>
            Boolean(
              (
                globalThis as { galleyCanvas?: { wordOnScreen(i: number): unknown } }
              ).galleyCanvas?.wordOnScreen(0),
            ),
          undefined,
          { timeout: 120_000 },
        );
        // The first start fills caches.
        if (i > 0)
          found.push({
            seconds: (performance.now() - began) / 1000,
            server: cpuSeconds(child.pid!),
            browser: root ? cpuSeconds(root) - before : Number.NaN,
          });
        await page.close();
      } finally {
        child.kill();
        await closed;
      }
    }
  } finally {
    await browser.close();
    rmSync(home, { recursive: true, force: true });
  }
  return found;
}
