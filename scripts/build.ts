/**
 * `npm run build`: compiles core, the desktop's processes and the window to dist/, after which `npx galley` runs in the
 * clone. Electron's main process is bundled to one file; its preload script is CommonJS, as its sandbox wants it.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { BUILT } from './build-state.ts';

const root = dirname(import.meta.dirname);
const require = createRequire(import.meta.url);
const binary = (name: string, path: string) => join(dirname(require.resolve(`${name}/package.json`)), path);
const run = (script: string, ...args: string[]) =>
  execFileSync(process.execPath, [script, ...args], { cwd: root, stdio: 'inherit' });

rmSync(join(root, 'dist'), { recursive: true, force: true });
const begun = new Date().toISOString();
run(binary('typescript', 'bin/tsc'), '-p', 'tsconfig.build.json');
chmodSync(join(root, 'dist/core/cli/main.js'), 0o755);
// In an installed application these lie beside the archive that holds package.json.
for (const folder of ['core', 'electron/workbench'])
  writeFileSync(join(root, 'dist', folder, 'package.json'), '{"type": "module"}\n');
const vite = binary('vite', 'bin/vite.js');
run(vite, 'build', '--config', 'electron/vite.config.ts', '--logLevel', 'warn');
run(vite, 'build', 'renderer', '--logLevel', 'warn');
writeFileSync(join(root, 'dist', BUILT), `${JSON.stringify({ begun })}\n`);
