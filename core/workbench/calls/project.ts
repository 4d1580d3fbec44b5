import { existsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { GalleyError } from '../../errors/galley-error.ts';
import { projectChoices } from '../choices.ts';
import { IMPORTED_PROJECT, wasImported } from '../chosen-folders.ts';
import type { Context, Handlers } from '../context.ts';
import { makeDemo } from '../imports.ts';
import { insideFolder } from '../inside.ts';
import { isDataset, looksLikeProject, PROJECT_FILE } from '../project-file.ts';
import { dataFolder } from '../user-folders.ts';

/** Where the demo project is, or is to be made. */
export function demoFolder(given: string | undefined): string {
  if (given !== undefined) return resolve(given);
  const made = resolve('data/demo');
  return isDataset(join(made, 'datasets', 'full')) ? made : join(dataFolder(), 'demo');
}

export function projectCalls(context: Context): Handlers {
  const { settings, options } = context;
  /** Another project; what works in the one that is open has to end first. */
  const change = (folder: string) => {
    const busy = context.board.active();
    if (busy && context.current()?.project.folder !== resolve(folder))
      throw new GalleyError('usage', `${busy.title}: this is still under way in the open project`, {
        hint: 'wait for its end, or stop it',
      });
    return context.open(folder);
  };
  /** What a chosen folder leads to: its project, or the plan of an import. */
  const chosen = async (folder: string, purpose: 'open' | 'import') => {
    const made = wasImported(folder) && !existsSync(join(folder, PROJECT_FILE));
    if (purpose === 'import' && (made || !looksLikeProject(folder)))
      return { project: null, choices: [], importId: context.chosen.add(resolve(folder)) };
    // The project that an import made lies beside the scans.
    const project = made ? join(folder, IMPORTED_PROJECT) : folder;
    return { project: (await change(project)).info(), choices: [] };
  };
  /** Files and folders that were dropped: a folder alone as if it had been chosen. */
  const dropped = async (paths: readonly string[]) => {
    const [first] = paths;
    if (first === undefined) throw new GalleyError('usage', 'nothing was dropped that lies on this machine');
    if (paths.length === 1 && statSync(first, { throwIfNoEntry: false })?.isDirectory())
      return chosen(first, 'import');
    return { project: null, choices: [], importId: context.chosen.add(dirname(first), paths) };
  };
  return {
    'project.current': async () => ({
      project: context.current()?.info() ?? null,
      recent: await settings.recent(),
    }),
    'project.openDemo': async ({ pages }) => {
      const folder = demoFolder(options.demoDir);
      if (looksLikeProject(folder) && isDataset(join(folder, 'datasets', 'full')))
        return { project: (await change(folder)).info(), jobId: null };
      const running = context.board.active(['demo']);
      return { project: null, jobId: running?.id ?? makeDemo(context, folder, pages) };
    },
    'project.openRecent': async ({ id }) => {
      const found = (await settings.recent()).find((p) => p.id === id);
      if (!found) throw new GalleyError('not-found', 'this project is not in the list any more');
      if (found.missing)
        throw new GalleyError('not-found', 'the folder of this project is not there', {
          where: found.folder,
          hint: 'was it moved, or is it on a disk that is not connected?',
        });
      return (await change(found.folder)).info();
    },
    'project.takeOver': async () => {
      const session = context.session();
      if (session.project.readOnlyReason === null) return session.info();
      // Opening it again would leave this window without a project meanwhile.
      if (session.project.isHeldElsewhere())
        throw new GalleyError('usage', session.project.readOnlyReason, {
          hint: 'close it there first; then this window can go on',
        });
      const opened = await context.open(session.project.folder);
      if (opened.project.readOnlyReason === null) return opened.info();
      throw new GalleyError('usage', opened.project.readOnlyReason, {
        hint: 'close it there first; then this window can go on',
      });
    },
    'project.choose': async ({ name, purpose }) => {
      if (options.chooseFolder) {
        // A window that was taken over must not open folders on its own.
        if (name !== undefined) throw new GalleyError('usage', 'folders are chosen in the dialog only');
        const folder = await options.chooseFolder(purpose);
        if (folder === null) return { project: null, choices: [] };
        return typeof folder === 'string' ? chosen(folder, purpose) : dropped(folder);
      }
      const root = resolve(options.root ?? '.');
      if (name === undefined) return { project: null, choices: projectChoices(root, purpose) };
      const folder = insideFolder(root, name === '.' ? '' : name);
      if (!existsSync(folder) || !statSync(folder).isDirectory())
        throw new GalleyError('not-found', 'there is no such folder', { where: folder });
      return chosen(folder, purpose);
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
