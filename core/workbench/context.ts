import type { z } from 'zod';
import type { Engine, EngineProcess } from '../engine/host.ts';
import type { ChosenFolders } from './chosen-folders.ts';
import type { ConfusionCells } from './confusion-cell.ts';
import type { CallName, CallOutput, calls, EventName, EventPayload, MenuEntry } from './contract.ts';
import type { Inbox } from './inbox.ts';
import type { JobBoard } from './job-board.ts';
import type { Session } from './session.ts';
import type { TrainingRuns } from './training-runs.ts';
import type { UserSettings } from './user-settings.ts';

export interface WorkbenchOptions {
  /** Project to open at the start. */
  readonly projectDir?: string;
  readonly transport: 'electron' | 'http';
  /** Folder below which `project.choose` offers projects by name (browser); default: the current folder. */
  readonly root?: string;
  /** Folder of the demo project; default: `data/demo` where `galley demo` made one, else in the person's data folder. */
  readonly demoDir?: string;
  readonly configDir?: string;
  /** Desktop: a folder dialog. Null where the person changed their mind; several paths where they dropped some. */
  readonly chooseFolder?: (purpose: 'open' | 'import') => Promise<string | readonly string[] | null>;
  /** Desktop: shows a folder in the file manager. */
  readonly reveal?: (folder: string) => Promise<boolean>;
  /** Desktop: shows the window's actions in the native menu. */
  readonly showMenu?: (entries: readonly MenuEntry[]) => Promise<boolean>;
  /** How the engine's process is started; default: a plain Node process. */
  readonly startEngine?: () => EngineProcess;
}

/** What the calls of a workbench work on. */
export interface Context {
  readonly options: WorkbenchOptions;
  readonly settings: UserSettings;
  emit<N extends EventName>(name: N, payload: EventPayload<N>): void;
  /** The open project. @throws GalleyError `usage` where none is open */
  session(): Session;
  /** Null where none is open; throws what went wrong when one was to be opened at the start. */
  current(): Session | null;
  readonly engine: Engine;
  readonly board: JobBoard;
  readonly cells: ConfusionCells;
  /** Folders chosen for an import. */
  readonly chosen: ChosenFolders;
  /** Copies of files that came through a browser. */
  readonly inbox: Inbox;
  /** Trainings of the open project. @throws GalleyError `usage` where none is open */
  training(): TrainingRuns;
  /** @throws GalleyError `usage` while a training reads what is to be changed */
  requireNoTraining(what: string): void;
  /** @throws GalleyError `usage` while a job of this run is under way */
  requireNoJobOf(runId: string): void;
  /** Opens a project in place of the one that is open. */
  open(folder: string): Promise<Session>;
}

/** Handlers of some of the calls; input is validated before, output after. */
export type Handlers = {
  [N in CallName]?: (input: z.output<(typeof calls)[N]['input']>) => Promise<CallOutput<N>> | CallOutput<N>;
};
