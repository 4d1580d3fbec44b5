import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { GalleyError } from '../../errors/galley-error.ts';
import { projectChoices } from '../choices.ts';
import type { Context, Handlers } from '../context.ts';
import { insideFolder } from '../inside.ts';
import { isDataset } from '../project-file.ts';
import { dataFolder } from '../user-folders.ts';

/** Where the demo project is, or is to be made. */
export function demoFolder(given: string | undefined): string {
  if (given !== undefined) return resolve(given);
  const made = resolve('data/demo');
  return isDataset(join(made, 'datasets', 'full')) ? made : join(dataFolder(), 'demo');
}

export function projectCalls(context: Context): Handlers {
  const { settings, options } = context;
  return {
    'project.current': async () => ({
      project: context.current()?.info() ?? null,
      recent: await settings.recent(),
    }),
    'project.openRecent': async ({ id }) => {
      const found = (await settings.recent()).find((p) => p.id === id);
      if (!found) throw new GalleyError('not-found', 'this project is not in the list any more');
      if (found.missing)
        throw new GalleyError('not-found', 'the folder of this project is not there', {
          where: found.folder,
          hint: 'was it moved, or is it on a disk that is not connected?',
        });
      return (await context.open(found.folder)).info();
    },
    'project.choose': async ({ name }) => {
      if (options.chooseFolder && name === undefined) {
        const folder = await options.chooseFolder();
        return { project: folder === null ? null : (await context.open(folder)).info(), choices: [] };
      }
      const root = resolve(options.root ?? '.');
      if (name === undefined) return { project: null, choices: projectChoices(root) };
      const folder = insideFolder(root, name === '.' ? '' : name);
      if (!existsSync(folder) || !statSync(folder).isDirectory())
        throw new GalleyError('not-found', 'there is no such folder', { where: folder });
      return { project: (await context.open(folder)).info(), choices: [] };
    },
    'app.reveal': async ({ what, id }) => {
      const { project } = context.session();
      const { runs, exports } = project.places;
      const folder =
        what === 'project' ? project.folder : what === 'exports' ? exports : insideFolder(runs, id ?? '');
      if (!existsSync(folder))
        throw new GalleyError('not-found', 'the folder is not there yet', { where: folder });
      return { opened: (await options.reveal?.(folder)) ?? false, folder };
    },
  };
}
