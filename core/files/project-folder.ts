import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Folder of the project (or of the installed package), where `configs` and `models` lie. */
export function projectFolder(from: string = import.meta.dirname): string {
  for (let folder = from; dirname(folder) !== folder; folder = dirname(folder))
    if (existsSync(join(folder, 'configs', 'models'))) return folder;
  return from;
}
