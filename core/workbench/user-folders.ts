import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where the settings and the list of recent projects are kept; `GALLEY_CONFIG_DIR` wins (tests, portable use). */
export function configFolder(env: NodeJS.ProcessEnv = process.env, platform = process.platform): string {
  if (env.GALLEY_CONFIG_DIR) return env.GALLEY_CONFIG_DIR;
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Galley');
  if (platform === 'win32') return join(env.APPDATA ?? join(homedir(), 'AppData', 'Roaming'), 'Galley');
  return join(env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'galley');
}

/** Where projects go that Galley makes itself (the demo); `GALLEY_DATA_DIR` wins. */
export function dataFolder(env: NodeJS.ProcessEnv = process.env, platform = process.platform): string {
  if (env.GALLEY_DATA_DIR) return env.GALLEY_DATA_DIR;
  if (platform === 'linux') return join(env.XDG_DATA_HOME || join(homedir(), '.local', 'share'), 'galley');
  return join(homedir(), 'Galley');
}
