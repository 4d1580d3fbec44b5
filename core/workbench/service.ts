import { join, resolve } from 'node:path';
import { Engine } from '../engine/host.ts';
import { GalleyError } from '../errors/galley-error.ts';
import { appCalls } from './calls/app.ts';
import { highconfCalls } from './calls/highconf.ts';
import { importCalls } from './calls/import.ts';
import { pageCalls } from './calls/pages.ts';
import { predictionCalls } from './calls/prediction.ts';
import { projectCalls } from './calls/project.ts';
import { recipeCalls } from './calls/recipes.ts';
import { reviewCalls } from './calls/review.ts';
import { ruleCalls } from './calls/rules.ts';
import { trainingCalls } from './calls/training.ts';
import { ChosenFolders } from './chosen-folders.ts';
import { ConfusionCells } from './confusion-cell.ts';
import type { Context, Handlers, WorkbenchOptions } from './context.ts';
import {
  type CallInput,
  type CallName,
  type CallOutput,
  calls,
  type EventName,
  type EventPayload,
  events,
  type ProjectInfo,
  readingCalls,
} from './contract.ts';
import { importWaiting } from './imports.ts';
import { Inbox } from './inbox.ts';
import { isActive, JobBoard } from './job-board.ts';
import type { PageImage } from './page-images.ts';
import { Pen } from './pen.ts';
import { Session } from './session.ts';
import { TrainingRuns } from './training-runs.ts';
import { configFolder, dataFolder } from './user-folders.ts';
import { UserSettings } from './user-settings.ts';

export type { WorkbenchOptions } from './context.ts';

/** Version of the product, as package.json has it. */
export const VERSION = '0.1.0';

/** How long a training may take to write its last checkpoint when the workbench closes. */
const CLOSING_MS = 60_000;
/** How often a read-only workbench looks whether the one that writes is gone. */
const LOCK_MS = 3000;
/** What needs no project, and is answered while one is being opened. */
const EARLY_CALLS: ReadonlySet<string> = new Set(['app.info', 'settings.get', 'settings.set']);
const NO_PEN = 'another window of this workbench is working on it';

/** What a transport carries: calls validated both ways, events, and the pictures of pages. */
export interface Workbench {
  /**
   * @throws GalleyError `usage` for a call that does not exist or an input that does not fit it, and what the call
   * itself throws; see `toContractError`
   */
  call<N extends CallName>(name: N, input: CallInput<N>): Promise<CallOutput<N>>;
  /**
   * The same for names and values that come over a wire.
   * @param window which of several windows calls: one without the pen may only read, and is told so in the project's info
   */
  callUnknown(name: string, input: unknown, window?: string): Promise<unknown>;
  /** Windows that are there, and which of them may write; a transport with one window need not say so. */
  readonly pen: Pen;
  /** What an event says to one window. */
  seenBy(window: string, name: EventName, payload: unknown): unknown;
  on<N extends EventName>(name: N, listener: (payload: EventPayload<N>) => void): () => void;
  /** Every event, for a transport. */
  onEvent(listener: (name: EventName, payload: unknown) => void): () => void;
  /**
   * Puts a file of the window into the folder that `import.receive` made.
   * @throws GalleyError `usage` for a name that leads elsewhere or too much, `not-found` for another folder
   */
  receiveFile(importId: string, name: string, pieces: AsyncIterable<Uint8Array>): Promise<void>;
  /** @throws GalleyError `not-found` */
  pageImage(pageNum: number, width: number): Promise<PageImage>;
  close(): Promise<void>;
}

/** Starts the application behind a window: project, pages, annotations, jobs. */
export async function createWorkbench(options: WorkbenchOptions): Promise<Workbench> {
  const listeners = new Set<(name: EventName, payload: unknown) => void>();
  let session: Session | null = null;
  let failure: unknown = null;
  let opening: Promise<unknown> = Promise.resolve();
  let training: TrainingRuns | null = null;

  const engine = new Engine({
    ...(options.startEngine ? { start: options.startEngine } : {}),
    onState: (state, message) => context.emit('engine.state', { state, message }),
  });
  const board = new JobBoard((job) => context.emit('job.changed', job));
  const context: Context = {
    options,
    engine,
    board,
    cells: new ConfusionCells(engine),
    chosen: new ChosenFolders(),
    inbox: new Inbox(join(dataFolder(), 'imports')),
    training: () => {
      context.session();
      return training!;
    },
    requireNoTraining: (what) => {
      if (board.active(['train', 'experiment']))
        throw new GalleyError('usage', `a training is reading ${what}`, {
          hint: 'stop it, or wait for its end',
        });
    },
    requireNoJobOf: (runId) => {
      if (board.list().some((job) => job.runId === runId && isActive(job)))
        throw new GalleyError('usage', 'this run is still under way', { hint: 'stop it first' });
    },
    settings: new UserSettings(options.configDir ?? configFolder()),
    emit: (name, payload) => {
      const checked = events[name].safeParse(payload);
      // An event that does not fit would only confuse a window; the tests look at this line.
      if (!checked.success) throw new Error(`event ${name}: ${checked.error.issues[0].message}`);
      for (const listener of listeners) listener(name, checked.data);
    },
    session: () => {
      if (session) return session;
      throw new GalleyError('usage', 'no project is open', { hint: 'open the demo, or a folder with pages' });
    },
    current: () => {
      if (failure) throw failure;
      return session;
    },
    open: (given) => {
      const folder = resolve(given);
      const opened = opening.then(async () => {
        if (session?.project.folder === folder && session.readOnlyReason === null) return session;
        const before = session;
        session = null;
        await before?.close();
        try {
          session = await Session.open(folder);
        } catch (error) {
          // The project that was open stays open.
          if (before) session = await Session.open(before.project.folder).catch(() => null);
          throw error;
        }
        failure = null;
        const current = session;
        if (before?.project.folder !== folder) board.clearFinished();
        training = new TrainingRuns(current, engine, board, context.emit);
        await training.showInterrupted();
        current.onPagesChanged = (pages) => context.emit('pages.changed', { pages });
        await context.settings.remember(current.project.folder, current.project.name);
        context.emit('project.changed', { project: current.info() });
        importWaiting(context, current);
        return current;
      });
      opening = opened.catch(() => {});
      return opened;
    },
  };

  const handlers: Handlers = {
    ...appCalls(context, VERSION),
    ...projectCalls(context),
    ...pageCalls(context),
    ...predictionCalls(context),
    ...trainingCalls(context),
    ...highconfCalls(context),
    ...reviewCalls(context),
    ...ruleCalls(context),
    ...recipeCalls(context),
    ...importCalls(context),
  };

  // A book of ten thousand pages takes seconds to read: a window can be shown meanwhile, its calls wait.
  if (options.projectDir !== undefined)
    opening = context.open(options.projectDir).catch((error) => {
      failure = error;
    });

  const pen = new Pen(() => {
    if (session) context.emit('project.changed', { project: session.info() });
  });
  /** The project as a window sees it that may or may not write. */
  const asSeenBy = (window: string | undefined, project: ProjectInfo): ProjectInfo =>
    window === undefined || project.readOnly || pen.mayWrite(window)
      ? project
      : { ...project, readOnly: true, readOnlyReason: NO_PEN };
  const lockWatch = setInterval(() => {
    if (session?.project.canTakeOver()) context.open(session.project.folder).catch(() => {});
  }, LOCK_MS);
  lockWatch.unref();

  const callUnknown = async (name: string, input: unknown, window?: string): Promise<unknown> => {
    if (!Object.hasOwn(calls, name)) throw new GalleyError('usage', `there is no call "${name}"`);
    if (window !== undefined && name === 'project.takeOver') pen.claim(window);
    const schema = calls[name as CallName];
    const parsed = schema.input.safeParse(input ?? {});
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      throw new GalleyError('usage', `${name}: ${issue.path.join('.') || 'input'}: ${issue.message}`);
    }
    if (!EARLY_CALLS.has(name)) await opening;
    if (window !== undefined && session && !pen.mayWrite(window) && !readingCalls.has(name))
      throw new GalleyError('usage', `this window may only read: ${NO_PEN}`, {
        hint: 'go on there, or take over: "Work here"',
      });
    const handler = handlers[name as CallName] as ((input: unknown) => unknown) | undefined;
    if (!handler) throw new GalleyError('usage', `${name} is not there yet`);
    const output = schema.output.parse(await handler(parsed.data)) as Record<string, unknown>;
    if (name === 'project.openRecent' || name === 'project.takeOver')
      return asSeenBy(window, output as ProjectInfo);
    if (!output.project) return output;
    return { ...output, project: asSeenBy(window, output.project as ProjectInfo) };
  };

  return {
    call: (name, input) => callUnknown(name, input) as Promise<never>,
    callUnknown,
    pen,
    seenBy: (window, name, payload) => {
      if (name !== 'project.changed') return payload;
      const { project } = payload as EventPayload<'project.changed'>;
      return { project: project && asSeenBy(window, project) };
    },
    on: (name, listener) => {
      const forward = (of: EventName, payload: unknown) => {
        if (of === name) listener(payload as never);
      };
      listeners.add(forward);
      return () => listeners.delete(forward);
    },
    onEvent: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    receiveFile: async (importId, name, pieces) =>
      context.inbox.receive(context.chosen.get(importId).folder, name, pieces),
    pageImage: async (pageNum, width) => {
      await opening;
      const current = context.session();
      return current.images.get(current.pages.book.page(pageNum), width);
    },
    close: async () => {
      clearInterval(lockWatch);
      pen.close();
      await opening;
      await board.stopAll(CLOSING_MS);
      engine.close();
      await session?.close();
      session = null;
      listeners.clear();
    },
  };
}
