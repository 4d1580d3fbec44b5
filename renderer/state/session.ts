import type { CallOutput, ContractError, EventPayload, ProjectInfo } from '../../core/workbench/contract.ts';
import { asContractError } from '../api/errors.ts';
import type { SliceOf } from './api.ts';

/** Going on with a project, or beginning one from pages that nothing was made of yet. */
export type FolderPurpose = 'open' | 'import';

export type Recent = CallOutput<'project.current'>['recent'][number];

/** Which project is open, and how the workbench behind the window is doing. */
export interface SessionSlice {
  readonly phase: 'starting' | 'none' | 'open' | 'failed';
  readonly project: ProjectInfo | null;
  readonly recent: readonly Recent[];
  readonly info: CallOutput<'app.info'> | null;
  readonly sessionError: ContractError | null;
  readonly engine: EventPayload<'engine.state'>;
  readonly online: boolean;
  /** The workbench was started again and knows this window's token no more. */
  readonly locked: boolean;
  /** The job that makes the demo project, while it runs on the first screen. */
  readonly openingJob: string | null;
  /** Folders to choose from where there is no folder dialog (browser); null while none is asked for. */
  readonly folderChoices: { readonly purpose: FolderPurpose; readonly names: readonly string[] } | null;

  /** The folder whose import is being planned or begun, by its id; null while none is. */
  readonly importId: string | null;

  boot(): Promise<void>;
  openDemo(): Promise<void>;
  openRecent(id: string): Promise<void>;
  chooseFolder(purpose: FolderPurpose, name?: string): Promise<void>;
  closeChoices(): void;
  /** Shows the plan of an import. */
  openImport(importId: string): void;
  /** Closes the plan of an import; with the id of its job where it was started. */
  closeImport(jobId?: string): void;
  /** Writes in this window from now on, where another one has the pen or the lock. */
  takeOver(): Promise<void>;
  setProject(project: ProjectInfo | null): void;
  setOnline(online: boolean, locked?: boolean): void;
  setEngine(engine: EventPayload<'engine.state'>): void;
}

/** Long enough for the first page of a project to be on the screen. */
const INFO_AFTER_MS = 2500;

export const sessionSlice: SliceOf<SessionSlice> = (api) => (set, get) => {
  const attempt = async (work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      set({ sessionError: asContractError(error) });
    }
  };
  return {
    phase: 'starting',
    project: null,
    recent: [],
    info: null,
    sessionError: null,
    engine: { state: 'ready', message: null },
    online: true,
    locked: false,
    openingJob: null,
    folderChoices: null,
    importId: null,

    boot: async () => {
      set({ phase: 'starting', sessionError: null });
      try {
        const [current] = await Promise.all([api.call('project.current', {}), get().loadSettings()]);
        set({ recent: current.recent });
        // Trying the devices takes the engine some seconds: nobody waits for that, and a page is drawn first.
        const loadInfo = () =>
          void api.call('app.info', {}).then(
            (info) => set({ info }),
            () => undefined,
          );
        if (current.project) setTimeout(loadInfo, INFO_AFTER_MS);
        else loadInfo();
        get().setProject(current.project);
        await get().loadJobs();
      } catch (error) {
        set({ phase: 'failed', sessionError: asContractError(error) });
      }
    },
    openDemo: () =>
      attempt(async () => {
        set({ sessionError: null });
        const { project, jobId } = await api.call('project.openDemo', {});
        set({ openingJob: jobId });
        if (project) get().setProject(project);
      }),
    openRecent: (id) =>
      attempt(async () => {
        set({ sessionError: null });
        get().setProject(await api.call('project.openRecent', { id }));
      }),
    chooseFolder: (purpose, name) =>
      attempt(async () => {
        set({ sessionError: null });
        const { project, choices, importId } = await api.call(
          'project.choose',
          name === undefined ? { purpose } : { purpose, name },
        );
        if (project) {
          set({ folderChoices: null });
          get().setProject(project);
          return;
        }
        if (importId !== undefined) {
          set({ folderChoices: null, importId });
          return;
        }
        const info = get().info ?? (await api.call('app.info', {}));
        if (info.transport === 'http') set({ folderChoices: { purpose, names: choices } });
      }),
    closeChoices: () => set({ folderChoices: null }),
    openImport: (importId) => set({ importId, folderChoices: null }),
    closeImport: (jobId) => set({ importId: null, ...(jobId === undefined ? {} : { openingJob: jobId }) }),
    takeOver: async () => {
      try {
        get().setProject(await api.call('project.takeOver', {}));
      } catch (error) {
        get().toast(asContractError(error).message, { kind: 'error' });
      }
    },
    setProject: (project) => {
      const another = project?.id !== get().project?.id;
      const mayWriteNow = get().project?.readOnly === true && project?.readOnly === false;
      set({ project, phase: project ? 'open' : 'none', openingJob: null });
      if (another) {
        get().forgetPages();
        get().forgetAnnotations();
        if (project) {
          get().restoreView(project.id);
          void get().loadPages();
          void get().loadHistory();
        }
      } else if (mayWriteNow) {
        // Another window labelled until now.
        void get().loadHistory();
        void get().loadPages();
      }
    },
    setOnline: (online, locked = !online && get().locked) => {
      const back = online && !get().online;
      set({ online, locked });
      if (!back) return;
      // Events were missed while the line was down.
      if (get().phase === 'open') {
        void get().loadPages();
        void get().loadJobs();
        void get().saveNow();
      } else if (get().phase === 'failed') void get().boot();
    },
    setEngine: (engine) => set({ engine }),
  };
};
