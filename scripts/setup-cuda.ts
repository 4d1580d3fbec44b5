/**
 * `npm run setup:cuda`: fetches ONNX Runtime's CUDA libraries into node_modules (Linux x64 with an NVIDIA driver and
 * CUDA 12). Installing leaves them out, since the download of some hundred megabytes would fail every install where
 * its feed cannot be reached. `galley doctor` says afterwards whether the card can be used.
 */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const root = dirname(import.meta.dirname);
if (process.platform !== 'linux' || process.arch !== 'x64') {
  console.error(
    'CUDA comes for Linux x64 only; on Windows and macOS try --device webgpu (galley doctor tells).',
  );
  process.exit(1);
}
const entry = createRequire(import.meta.url).resolve('onnxruntime-node/package.json');
const { status } = spawnSync(process.execPath, [join(dirname(entry), 'script/install.js')], {
  cwd: dirname(entry),
  stdio: 'inherit',
  // npm hands the project's own `skip` down; this run is the user's explicit wish.
  env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'cuda12' },
});
if (status !== 0) {
  console.error('The CUDA libraries could not be fetched (see above); the CPU goes on working.');
  process.exit(status ?? 1);
}
const doctor = spawnSync(process.execPath, ['core/cli/main.ts', 'doctor'], { cwd: root, stdio: 'inherit' });
process.exit(doctor.status ?? 1);
