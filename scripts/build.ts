/** `npm run build`: compiles core and the window to dist/, after which `npx galley` runs in the clone. */
import { execFileSync } from 'node:child_process';
import { chmodSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const root = dirname(import.meta.dirname);
const require = createRequire(import.meta.url);
const binary = (name: string, path: string) => join(dirname(require.resolve(`${name}/package.json`)), path);
const run = (script: string, ...args: string[]) =>
  execFileSync(process.execPath, [script, ...args], { cwd: root, stdio: 'inherit' });

rmSync(join(root, 'dist'), { recursive: true, force: true });
run(binary('typescript', 'bin/tsc'), '-p', 'tsconfig.build.json');
chmodSync(join(root, 'dist/core/cli/main.js'), 0o755);
run(binary('vite', 'bin/vite.js'), 'build', 'renderer', '--logLevel', 'warn');
