import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { projectFolder } from '../files/project-folder.ts';

const require = createRequire(import.meta.url);

function packageVersion(name: string): string {
  try {
    // Packages that hide package.json behind `exports` are found by walking up from their entry.
    let folder = dirname(require.resolve(name));
    for (let i = 0; i < 8; i++, folder = dirname(folder)) {
      try {
        const found = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
        if (found.name === name) return String(found.version);
      } catch {}
    }
  } catch {}
  return 'unknown';
}

function gitCommit(): string | null {
  // An installed application may lie in somebody else's repository.
  if (!existsSync(join(projectFolder(), '.git'))) return null;
  try {
    const run = (args: string[]) =>
      execFileSync('git', args, {
        cwd: import.meta.dirname,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      });
    const dirty = run(['status', '--porcelain', '--untracked-files=no']).trim() !== '';
    return run(['rev-parse', '--short=12', 'HEAD']).trim() + (dirty ? ' with changes' : '');
  } catch {
    return null;
  }
}

/** Versions a run is stamped with: Galley's commit where it runs from a clone, Node, ONNX Runtime, the machine. */
export function environmentVersions(): Record<string, string> {
  const commit = gitCommit();
  return {
    ...(commit ? { galley: commit } : {}),
    node: process.version.slice(1),
    'onnxruntime-node': packageVersion('onnxruntime-node'),
    system: `${process.platform} ${process.arch}, ${cpus()[0]?.model.trim() ?? 'unknown CPU'}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB`,
  };
}
