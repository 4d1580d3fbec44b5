/**
 * The Python that Galley is compared with: a virtual environment in .cache/reference, made from nothing out of the pins
 * of requirements.txt (constraints.txt for what they bring along), and beside it a folder with transformers 4 and
 * datasets 3 (requirements-v4.txt) that is put before it on PYTHONPATH.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const here = import.meta.dirname;
const windows = process.platform === 'win32';

export interface ReferenceEnvironment {
  readonly python: string;
  /** Folder with transformers 4 and datasets 3. */
  readonly version4: string;
}

function run(command: string, args: readonly string[]): void {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit' });
  if (error || status !== 0)
    throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? `ended with ${status}`}`);
}

const text = (name: string): string => readFileSync(join(here, name), 'utf8');

/** `name==version` of both sets of pins. */
export function pins(): { version5: string[]; version4: string[] } {
  const of = (name: string) =>
    text(name)
      .split('\n')
      .filter((line) => /^\w/.test(line));
  return { version5: of('requirements.txt'), version4: of('requirements-v4.txt') };
}

/** Whether `folder` holds what `wanted` describes; where not, it is emptied. */
function isMade(folder: string, wanted: string): boolean {
  const stamp = join(folder, 'installed.txt');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return true;
  rmSync(folder, { recursive: true, force: true });
  return false;
}

/**
 * The pinned environment, made on first use and anew whenever the pins change. GALLEY_REFERENCE_PYTHON and
 * GALLEY_REFERENCE_TRANSFORMERS4 name others that have them. PyPI's torch for Linux on x86-64 is the CUDA build (some
 * GB, used on the CPU here); pip takes the small one where PIP_EXTRA_INDEX_URL=https://download.pytorch.org/whl/cpu.
 */
export function referenceEnvironment(cache: string): ReferenceEnvironment {
  const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
  let python = process.env.GALLEY_REFERENCE_PYTHON;
  if (!python) {
    const folder = join(cache, 'reference');
    python = join(folder, windows ? 'Scripts/python.exe' : 'bin/python');
    const wanted = text('requirements.txt') + text('constraints.txt');
    if (!isMade(folder, wanted)) {
      console.log(`making ${folder} (a few minutes, up to 7 GB)`);
      run(process.env.PYTHON ?? (windows ? 'python' : 'python3'), ['-m', 'venv', folder]);
      const files = ['-r', join(here, 'requirements.txt'), '-c', join(here, 'constraints.txt')];
      run(python, [...install, ...files]);
      writeFileSync(join(folder, 'installed.txt'), wanted);
    }
  }
  let version4 = process.env.GALLEY_REFERENCE_TRANSFORMERS4;
  if (!version4) {
    version4 = join(cache, 'reference-transformers-4');
    const wanted = text('requirements-v4.txt');
    if (!isMade(version4, wanted)) {
      console.log(`making ${version4}`);
      run(python, [...install, '--no-deps', '--target', version4, '-r', join(here, 'requirements-v4.txt')]);
      writeFileSync(join(version4, 'installed.txt'), wanted);
    }
  }
  return { python, version4 };
}
