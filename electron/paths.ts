import { extname, join, sep } from 'node:path';

/** Modules of worker threads and native libraries cannot be loaded from inside the archive: they lie beside it. */
export const unpacked = (path: string): string =>
  path.replace(`${sep}app.asar${sep}`, `${sep}app.asar.unpacked${sep}`);

export interface Paths {
  /** Folder of the built window. */
  readonly window: string;
  readonly preload: string;
  /** Modules that run as utility processes. */
  readonly workbench: string;
  readonly engine: string;
}

/**
 * Where the parts of the application lie, seen from main: in `dist` of a clone, in the archive of an installed
 * application and beside it, or among the sources (tests). The current folder says nothing.
 */
export function pathsFrom(folder: string, module: string): Paths {
  const extension = extname(module);
  const sources = extension === '.ts';
  return {
    window: join(folder, sources ? '../dist/renderer' : '../renderer'),
    preload: join(folder, sources ? 'preload.cts' : 'preload.cjs'),
    workbench: unpacked(join(folder, 'workbench', `process${extension}`)),
    engine: unpacked(join(folder, '..', 'core', 'engine', `engine-process${extension}`)),
  };
}
