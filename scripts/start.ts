/**
 * `npm start [-- --project folder] [--port n] [--if-display]`: builds what is missing or older than its sources, and opens the desktop
 * application on the project used last, or the demo; the same workbench in a browser where the desktop cannot open.
 * With `--if-display` (the end of `make demo`) it does nothing where nobody sits before a screen.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { firstProject } from '../core/workbench/first-project.ts';
import { configFolder } from '../core/workbench/user-folders.ts';
import { needsBuild } from './build-state.ts';
import { downloadElectron, electronProgram, electronVersion } from './electron-program.ts';

const root = dirname(import.meta.dirname);

/** Ctrl-C reaches the child from the terminal: it ends what it does, and then this ends with it. */
async function follow(child: ChildProcess): Promise<{ code: number | null; signal: string | null }> {
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  try {
    const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
    return { code, signal };
  } catch {
    return { code: 1, signal: null };
  }
}

/** Opens the desktop application. Returns its exit code, or why it never showed its window. */
async function openDesktop(program: string, words: readonly string[]): Promise<number | string> {
  const folder = mkdtempSync(join(tmpdir(), 'galley-start-'));
  const started = join(folder, 'started');
  try {
    const child = spawn(program, [root, ...words], {
      stdio: 'inherit',
      env: { ...process.env, GALLEY_STARTED_FILE: started },
    });
    const { code, signal } = await follow(child);
    if (existsSync(started) || code === 0) return code ?? 1;
    return `Electron ended at once (${signal ?? `code ${code}`}; see docs/desktop.md)`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const hasDisplay = (): boolean => {
  const { platform, env } = process;
  return platform !== 'linux' || Boolean(env.DISPLAY || env.WAYLAND_DISPLAY);
};

/** Why there is no desktop application to open, or its program. */
function findDesktop(): { program: string } | { why: string } {
  if (!hasDisplay()) return { why: 'there is no display' };
  const program = electronProgram();
  if (program) return { program };
  console.error(`Downloading Electron ${electronVersion()}, about 120 MB, once.`);
  const downloaded = downloadElectron();
  if (downloaded.program) return { program: downloaded.program };
  return { why: `Electron's program is not here and cannot be downloaded (${downloaded.reason})` };
}

const words = process.argv.slice(2);
const { values } = parseArgs({
  args: words,
  options: { project: { type: 'string' }, port: { type: 'string' }, 'if-display': { type: 'boolean' } },
  strict: false,
  allowPositionals: true,
});
const given = (name: 'project' | 'port'): string | undefined =>
  typeof values[name] === 'string' ? values[name] : undefined;

// A person before a screen: not a build server, not the far end of an SSH line.
if (values['if-display'] && (!hasDisplay() || process.env.CI || process.env.SSH_CONNECTION)) process.exit(0);

if (needsBuild(root))
  execFileSync(process.execPath, [join(import.meta.dirname, 'build.ts')], { cwd: root, stdio: 'inherit' });

const desktop = findDesktop();
const opened = 'program' in desktop ? await openDesktop(desktop.program, words) : desktop.why;
if (typeof opened === 'number') process.exitCode = opened;
else {
  console.error(
    `The desktop application cannot open: ${opened}. Opening the workbench in a browser instead.`,
  );
  const project = given('project') ?? (await firstProject({ configDir: configFolder() }));
  const port = given('port');
  const serve = [
    join(root, 'dist/core/cli/main.js'),
    'serve',
    ...(hasDisplay() ? ['--open'] : []),
    ...(project === null ? [] : ['--project', resolve(project)]),
    ...(port === undefined ? [] : ['--port', port]),
  ];
  const { code } = await follow(spawn(process.execPath, serve, { stdio: 'inherit' }));
  process.exitCode = code ?? 1;
}
