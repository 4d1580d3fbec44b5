import { join } from 'node:path';
import { demoFolder } from './calls/project.ts';
import { isDataset, looksLikeProject } from './project-file.ts';
import { UserSettings } from './user-settings.ts';

export interface FirstProjectPlaces {
  /** Folder of the person's settings. */
  readonly configDir: string;
  /** As `WorkbenchOptions.demoDir`. */
  readonly demoDir?: string;
}

/**
 * What to open when nobody said: the project used last, else the demo where one was made already.
 * @returns a folder, or null: the first screen asks
 */
export async function firstProject({ configDir, demoDir }: FirstProjectPlaces): Promise<string | null> {
  const last = (await new UserSettings(configDir).recent()).find((project) => !project.missing);
  if (last) return last.folder;
  const demo = demoFolder(demoDir);
  return looksLikeProject(demo) && isDataset(join(demo, 'datasets', 'full')) ? demo : null;
}
