/** From `galley serve` to a page drawn in headless Chromium, the second start and later ones. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { repository } from './harness.ts';

/**
 * Seconds of each start: the command, the browser's navigation, the words of a page and its picture on the canvas.
 * @param executable Chromium
 */
export async function windowStarts(project: string, starts: number, executable: string): Promise<number[]> {
  const { chromium } = await import('@playwright/test');
  const home = mkdtempSync(join(tmpdir(), 'galley-window-'));
  const browser = await chromium.launch({ executablePath: executable, args: ['--no-sandbox'] });
  const seconds: number[] = [];
  try {
    for (let i = 0; i <= starts; i++) {
      const began = performance.now();
      const main = join(repository, 'dist/core/cli/main.js');
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
        if (i > 0) seconds.push((performance.now() - began) / 1000);
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
  return seconds;
}
