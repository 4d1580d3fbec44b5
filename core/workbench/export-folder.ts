import { join } from 'node:path';

/** A new folder among a project's exports, named for when it was asked for and what it holds. */
export const exportFolder = (exports: string, what: string): string =>
  join(exports, `${new Date().toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-')}-${what}`);
