import { createStore, type StoreApi } from 'zustand/vanilla';
import type { WorkbenchApi } from '../../core/workbench/contract.ts';
import { annotationsSlice } from './annotations.ts';
import type { State } from './api.ts';
import { jobsSlice } from './jobs.ts';
import { pageSlice } from './page.ts';
import { pagesSlice } from './pages.ts';
import { sessionSlice } from './session.ts';
import { settingsSlice } from './settings.ts';
import { rememberView, viewSlice } from './view.ts';

export type GalleyStore = StoreApi<State>;

const REMEMBER_AFTER_MS = 400;

/** The state of a window on this workbench, following its events. Nothing is called before `boot()`. */
export function createGalleyStore(api: WorkbenchApi): GalleyStore {
  const store = createStore<State>()((...a) => ({
    ...sessionSlice(api)(...a),
    ...pagesSlice(api)(...a),
    ...pageSlice(api)(...a),
    ...annotationsSlice(api)(...a),
    ...jobsSlice(api)(...a),
    ...settingsSlice(api)(...a),
    ...viewSlice(api)(...a),
  }));
  const state = store.getState;
  api.on('job.changed', (job) => state().jobChanged(job));
  api.on('train.point', (event) => state().pointAdded(event));
  api.on('pages.changed', ({ pages }) => state().pagesChanged(pages));
  api.on('project.changed', ({ project }) => state().setProject(project));
  api.on('engine.state', (engine) => state().setEngine(engine));

  let timer: ReturnType<typeof setTimeout> | undefined;
  store.subscribe(({ project }) => {
    clearTimeout(timer);
    if (project) timer = setTimeout(() => rememberView(project.id, state()), REMEMBER_AFTER_MS);
  });
  // A reload right after a change finds it again.
  globalThis.addEventListener?.('pagehide', () => {
    const { project } = state();
    if (project) rememberView(project.id, state());
  });
  return store;
}
