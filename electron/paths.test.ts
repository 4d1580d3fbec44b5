import { existsSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { expect, it } from 'vitest';
import { projectOf } from './launch.ts';
import { pathsFrom, unpacked } from './paths.ts';

it('finds its parts among the sources', () => {
  const { workbench, engine, preload } = pathsFrom(import.meta.dirname, import.meta.url);
  for (const path of [workbench, engine, preload]) expect(existsSync(path), path).toBe(true);
});

it('finds modules of processes beside the archive, and the rest inside', () => {
  const resources = ['', 'opt', 'Galley', 'resources', 'app.asar'].join(sep);
  const { window, preload, workbench, engine } = pathsFrom(
    join(resources, 'dist', 'electron'),
    'file:///main.js',
  );
  expect(window).toBe(join(resources, 'dist', 'renderer'));
  expect(preload).toBe(join(resources, 'dist', 'electron', 'preload.cjs'));
  const beside = `${resources}.unpacked`;
  expect(workbench).toBe(join(beside, 'dist', 'electron', 'workbench', 'process.js'));
  expect(engine).toBe(join(beside, 'dist', 'core', 'engine', 'engine-process.js'));
  expect(unpacked(engine)).toBe(engine);
});

it('reads the project from a command line with words of others', () => {
  const cwd = resolve('/home/cook');
  expect(projectOf(['electron', '.', '--project', 'book'], cwd)).toBe(join(cwd, 'book'));
  expect(projectOf(['Galley', '--inspect=0', '--project=my book', '--no-sandbox'], cwd)).toBe(
    join(cwd, 'my book'),
  );
  expect(projectOf(['Galley', '--project', '--no-sandbox'], cwd)).toBeUndefined();
  expect(projectOf(['Galley'], cwd)).toBeUndefined();
});
