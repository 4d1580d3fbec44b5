import { createStore, type StoreApi } from 'zustand/vanilla';
import type {
  CallOutput,
  ContractError,
  Evaluation,
  HistoryPoint,
  Job,
  Run,
} from '../../../core/workbench/contract.ts';
import { asContractError } from '../../api/errors.ts';
import type { Workbench } from '../../state/context.ts';
import { isLive } from '../../state/jobs.ts';
import { type OptionField, optionsOf, type Typed } from './form.ts';

export type What = 'A' | 'B' | 'both' | 'experiment';
export type Plan = CallOutput<'train.plan'>;

export interface RunHistory {
  readonly state: 'loading' | 'ready' | 'failed';
  readonly points: readonly HistoryPoint[];
  readonly evaluations: readonly Evaluation[];
  readonly error: ContractError | null;
}

interface TrainState {
  readonly fields: readonly OptionField[] | null;
  readonly fieldsError: ContractError | null;
  readonly typed: Typed;
  readonly what: What;
  readonly plan: Plan | null;
  readonly planning: boolean;
  readonly planError: ContractError | null;
  readonly starting: boolean;
  readonly view: 'setup' | 'watch' | null;
  /** The run a person chose to look at; null for the one that runs, or the latest. */
  readonly chosenRun: string | null;
  readonly runs: readonly Run[] | null;
  readonly histories: Readonly<Record<string, RunHistory>>;
}

export interface TrainActions {
  loadForm(): Promise<void>;
  loadRuns(): Promise<void>;
  type(changes: Record<string, string | null>): void;
  resetAll(): void;
  choose(what: What): void;
  makePlan(): Promise<void>;
  start(): Promise<void>;
  show(changes: Partial<Pick<TrainState, 'view' | 'chosenRun'>>): void;
  loadHistory(runId: string, again?: boolean): Promise<void>;
}

export type TrainStore = StoreApi<TrainState & TrainActions>;

const NO_HISTORY: RunHistory = { state: 'loading', points: [], evaluations: [], error: null };
const STAGE = { A: 'highconf', B: 'full', both: 'both', experiment: 'both' } as const;

interface Kept {
  readonly projectId: string | undefined;
  readonly store: TrainStore;
  /** Stops it from listening: another project is open. */
  end(): void;
}
const stores = new WeakMap<object, Kept>();

/** What the Train area knows of the open project; it outlives the area, so that nothing typed is lost by looking elsewhere. */
export function trainStore(workbench: Workbench): TrainStore {
  const projectId = workbench.store.getState().project?.id;
  const known = stores.get(workbench.api);
  if (known && known.projectId === projectId) return known.store;
  known?.end();
  const { store, end } = create(workbench, projectId);
  stores.set(workbench.api, { projectId, store, end });
  return store;
}

function create(
  { api, store: galley }: Workbench,
  projectId: string | undefined,
): Pick<Kept, 'store' | 'end'> {
  const key = `galley.train.${projectId}`;
  let planned = 0;
  const store: TrainStore = createStore((set, get) => ({
    fields: null,
    fieldsError: null,
    ...remembered(key),
    plan: null,
    planning: false,
    planError: null,
    starting: false,
    view: null,
    chosenRun: null,
    runs: null,
    histories: {},

    loadForm: async () => {
      try {
        const { fields } = await api.call('train.form', {});
        set({ fields, fieldsError: null });
        await get().makePlan();
      } catch (error) {
        set({ fieldsError: asContractError(error) });
      }
    },
    loadRuns: async () => {
      try {
        set({ runs: (await api.call('runs.list', {})).runs });
      } catch {
        // The list of runs is a convenience here; the Runs area says what is wrong.
        set({ runs: get().runs ?? [] });
      }
    },
    type: (changes) => {
      const typed: Record<string, string> = { ...get().typed };
      for (const [name, text] of Object.entries(changes)) {
        if (text === null) delete typed[name];
        else typed[name] = text;
      }
      set({ typed });
      remember(key, get());
    },
    resetAll: () => {
      set({ typed: {} });
      remember(key, get());
    },
    choose: (what) => {
      set({ what });
      remember(key, get());
    },
    makePlan: async () => {
      const { fields, typed, what } = get();
      const options = fields && optionsOf(fields, typed);
      if (!options) return;
      const mine = ++planned;
      set({ planning: true });
      try {
        const plan = await api.call('train.plan', {
          options: { ...options, stage: STAGE[what] },
          experiment: what === 'experiment',
        });
        if (mine === planned) set({ plan, planning: false, planError: null });
      } catch (error) {
        if (mine === planned) set({ plan: null, planning: false, planError: asContractError(error) });
      }
    },
    start: async () => {
      const { fields, typed, what } = get();
      const options = fields && optionsOf(fields, typed);
      if (!options || get().starting) return;
      set({ starting: true });
      try {
        await api.call('train.start', {
          options: { ...options, stage: STAGE[what] },
          experiment: what === 'experiment',
        });
        set({ view: 'watch', chosenRun: null });
        await galley.getState().loadJobs();
      } catch (error) {
        galley.getState().toast(asContractError(error).message, { kind: 'error' });
      } finally {
        set({ starting: false });
      }
    },
    show: (changes) => set(changes),
    loadHistory: async (runId, again = false) => {
      const known = get().histories[runId];
      if (known && known.state !== 'failed' && !again) return;
      const put = (history: RunHistory) => set({ histories: { ...get().histories, [runId]: history } });
      put({ ...(known ?? NO_HISTORY), state: known?.state === 'ready' ? 'ready' : 'loading', error: null });
      try {
        const { points, evaluations } = await api.call('train.history', { runId });
        // What came by event while this was on its way is in the answer or after it: later rows count.
        const meanwhile = get().histories[runId] ?? NO_HISTORY;
        put({
          state: 'ready',
          points: [...points, ...meanwhile.points.slice(known?.points.length ?? 0)],
          evaluations: mergeEvaluations(
            evaluations,
            meanwhile.evaluations.filter((evaluation) => !known?.evaluations.includes(evaluation)),
          ),
          error: null,
        });
      } catch (error) {
        put({ ...NO_HISTORY, state: 'failed', error: asContractError(error) });
      }
    },
  }));
  // A run nobody asked for yet is read whole once somebody does.
  const change = (runId: string, next: (history: RunHistory) => RunHistory) =>
    store.setState(({ histories }) =>
      histories[runId] ? { histories: { ...histories, [runId]: next(histories[runId]) } } : {},
    );
  const offs = [
    api.on('train.point', ({ runId, point }) =>
      change(runId, (history) => ({ ...history, points: [...history.points, point] })),
    ),
    api.on('train.evaluation', ({ runId, evaluation }) =>
      change(runId, (history) => ({
        ...history,
        evaluations: mergeEvaluations(history.evaluations, [evaluation]),
      })),
    ),
  ];
  // Events were missed while the line was down.
  offs.push(
    galley.subscribe((now, before) => {
      if (now.online && !before.online)
        for (const runId of Object.keys(store.getState().histories))
          void store.getState().loadHistory(runId, true);
    }),
  );
  return {
    store,
    end: () => {
      for (const off of offs) off();
    },
  };
}

/** Evaluations in order, one for each stage and step; the later one counts. */
export function mergeEvaluations(known: readonly Evaluation[], more: readonly Evaluation[]): Evaluation[] {
  const all = new Map([...known, ...more].map((e) => [`${e.stage}/${e.step}`, e]));
  return [...all.values()].sort((a, b) => a.stage.localeCompare(b.stage) || a.step - b.step);
}

const isTraining = (job: Job) => job.kind === 'train' || job.kind === 'experiment';

/** The training job that runs now, if one does. */
export function liveTraining(jobs: readonly Job[]): Job | undefined {
  return jobs.findLast((job) => isTraining(job) && isLive(job));
}

/** The latest job of a run. */
export function jobOfRun(jobs: readonly Job[], runId: string | null): Job | undefined {
  return jobs.findLast((job) => isTraining(job) && job.runId !== null && job.runId === runId);
}

function remembered(key: string): Pick<TrainState, 'typed' | 'what'> {
  try {
    const { typed, what } = JSON.parse(localStorage.getItem(key) ?? '{}') as Partial<TrainState>;
    const texts = Object.entries(typed ?? {}).filter(([, text]) => typeof text === 'string');
    return { typed: Object.fromEntries(texts), what: what && what in STAGE ? what : 'both' };
  } catch {
    return { typed: {}, what: 'both' };
  }
}

function remember(key: string, { typed, what }: TrainState): void {
  try {
    localStorage.setItem(key, JSON.stringify({ typed, what }));
  } catch {
    // Storage full or denied: the next start shows the defaults.
  }
}
