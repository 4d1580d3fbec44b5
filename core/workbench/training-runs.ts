import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Engine } from '../engine/host.ts';
import type { CommonEvent } from '../engine/job-context.ts';
import { GalleyError } from '../errors/galley-error.ts';
import { runIdOf } from '../experiment/run-id.ts';
import type { TrainingOptions } from '../training/options.ts';
import type { StageName } from '../training/stage-names.ts';
import type { TrainingEvent } from '../training/trainer-types.ts';
import type { EventName, EventPayload, Job } from './contract.ts';
import type { JobBoard, JobHandle } from './job-board.ts';
import { type RetrainChoices, retrainJobInput, retrainSettings } from './retraining.ts';
import { evaluationOf, pointOf, stageLetter } from './run-history.ts';
import { RunProgress } from './run-progress.ts';
import { type RunFile, Runs } from './runs.ts';
import type { Session } from './session.ts';
import {
  chosenOptions,
  commandOf,
  experimentOptions,
  type RunPlaces,
  trainingOptions,
} from './training-options.ts';

type Emit = <N extends EventName>(name: N, payload: EventPayload<N>) => void;
type StageEvent = TrainingEvent & { stage: StageName };

/** Trainings of the open project: each a run with a folder of its own, one at a time. */
export class TrainingRuns {
  readonly runs: Runs;
  readonly #session: Session;
  readonly #engine: Engine;
  readonly #board: JobBoard;
  readonly #emit: Emit;
  /** Steps of the options that were planned last. */
  #planned: { key: string; steps: Partial<Record<'A' | 'B', number>> } = { key: '', steps: {} };

  constructor(session: Session, engine: Engine, board: JobBoard, emit: Emit) {
    this.runs = new Runs(session.project.places.runs);
    this.#session = session;
    this.#engine = engine;
    this.#board = board;
    this.#emit = emit;
  }

  /** Puts runs that a crash interrupted on the board, so that a window can offer to go on. */
  async showInterrupted(): Promise<void> {
    if (this.#session.readOnlyReason !== null) return;
    for (const run of await this.runs.markInterrupted())
      this.#board.add({
        id: `interrupted-${run.id}`.slice(0, 128),
        kind: jobKindOf(run),
        title: run.title,
        state: 'interrupted',
        done: run.done,
        total: run.total,
        what: 'interrupted',
        etaSeconds: null,
        startedAt: run.startedAt,
        error: run.error ?? 'the run was interrupted',
        warnings: run.warnings,
        resumable: await this.runs.isResumable(run.id),
        runId: run.id,
      });
  }

  /** @throws GalleyError `usage` while another training runs, or for options that cannot be */
  async start(given: Record<string, unknown>, experiment: boolean): Promise<string> {
    this.#requireFree();
    const chosen = await chosenOptions(given);
    const kind = experiment ? 'experiment' : 'train';
    const run = this.#newRun(kind, titleOf(chosen.stage, experiment), chosen);
    // What cannot work is refused before a run is made of it.
    await trainingOptions(chosen, this.#placesOf(run.id), this.#session, this.runs);
    return this.#launch(run);
  }

  /** The round trip: what was corrected into a dataset, Stage B on from the last model, both models compared. */
  async retrain(choices: RetrainChoices): Promise<string> {
    this.#requireFree();
    const settings = await retrainSettings(choices, this.#session, this.runs);
    return this.#launch(this.#newRun('retrain', 'Training on what was corrected', settings));
  }

  /** What {@link retrain} would learn from, compare on and cost. */
  async planRetraining(choices: RetrainChoices) {
    const settings = await retrainSettings(choices, this.#session, this.runs);
    const { options, window } = await retrainJobInput(
      settings,
      this.#placesOf('preview', true),
      this.runs.folder,
      this.#session,
    );
    const job = this.#engine.run('retrain', { options: { ...options, dry_run: true }, window });
    const { outlook } = await job.done;
    const { split: _, learned_before, ...told } = outlook!;
    return {
      model: String(settings.model),
      epochs: options.num_train_epochs,
      ...told,
      learned_before: learned_before && [...learned_before],
    };
  }

  #newRun(kind: RunFile['kind'], title: string, options: RunFile['options']): RunFile {
    let id = runIdOf(new Date());
    for (let n = 2; existsSync(join(this.runs.folder, id)); n++) id = `${runIdOf(new Date())}-${n}`;
    return {
      format: 1,
      id,
      title,
      kind,
      state: 'running',
      startedAt: new Date().toISOString(),
      seconds: null,
      error: null,
      warnings: [],
      options,
      done: 0,
      total: 0,
    };
  }

  /** Goes on from the last checkpoint, or starts a new run from the weights of this one. */
  async continue(runId: string, how: 'resume' | 'start-from-weights'): Promise<string> {
    this.#requireFree();
    const run = await this.runs.read(runId);
    if (!run)
      throw new GalleyError('not-found', 'this run was not started here and cannot be gone on with', {
        hint: 'runs of the command line go on with galley train --resume',
      });
    if (how === 'start-from-weights') {
      await this.runs.latestWeights(runId);
      return this.start({ ...run.options, model: `weights-of:${runId}` }, run.kind === 'experiment');
    }
    for (const job of this.#board.list()) if (job.runId === runId) this.#board.control(job.id, 'dismiss');
    return this.#launch({ ...run, state: 'running', error: null });
  }

  /** What a start would do. @throws GalleyError `usage` for options that cannot be */
  async plan(given: Record<string, unknown>, experiment = false) {
    const chosen = await chosenOptions(given);
    const options = await trainingOptions(chosen, this.#placesOf(null), this.#session, this.runs);
    const { device, stages } = await this.#engine.run('plan', { options }).done;
    const planned = stages.flatMap(({ plan }) => (plan ? [plan] : []));
    const memory = planned.map((p) => p.memory.total);
    const taken = planned[0]?.time?.secondsPerStep ?? null;
    const secondsPerStep = (await this.#measured(chosen.model)) ?? taken;
    const steps = planned.reduce((sum, p) => sum + p.steps, 0);
    this.#planned = {
      key: JSON.stringify(chosen),
      steps: Object.fromEntries(planned.map((p) => [p.name, p.steps])),
    };
    return {
      stages: stages.map(({ plan, name, dataset, findings }) => ({
        stage: name,
        dataset: this.#shown(dataset),
        pages: plan?.pages ?? 0,
        evalPages: plan?.evalPages ?? 0,
        windows: plan?.windows ?? 0,
        steps: plan?.steps ?? 0,
        labelCounts: { ...plan?.labels },
        findings: [...findings],
      })),
      parameters: planned[0]?.parameters ?? 0,
      memoryBytes: memory.length > 0 ? Math.max(...memory) : null,
      cardBytes: Math.max(0, ...planned.map((p) => p.memory.onCard)) || null,
      secondsPerStep,
      totalSeconds: secondsPerStep === null ? null : secondsPerStep * steps,
      device,
      command: experiment
        ? commandOf('experiment', experimentOptions(options, { runsFolder: this.runs.folder, runId: '' }))
        : commandOf('train', options),
    };
  }

  #requireFree(): void {
    this.#session.requireWritable();
    if (this.#board.active(['train', 'experiment']))
      throw new GalleyError('usage', 'a training is running already', {
        hint: 'one at a time: stop it, or wait for its end',
      });
    if (!this.#session.project.hasDataset)
      throw new GalleyError('usage', 'there are no pages to train on yet', { hint: 'import pages first' });
  }

  /** Datasets and folders of a run: copies with gold labels where it has them, the project's own else. */
  #placesOf(runId: string | null, retraining = false): RunPlaces {
    const { full, highconf, runs } = this.#session.project.places;
    const folder = join(runs, runId ?? 'preview');
    const own = join(folder, 'datasets');
    // A retraining always has a dataset of its own.
    const has = retraining || (runId !== null && existsSync(join(own, 'full', 'dataset_dict')));
    return {
      full: has ? join(own, 'full') : full,
      highconf: has ? join(own, 'highconf') : highconf,
      models: join(folder, 'models'),
      reports: join(folder, 'training'),
    };
  }

  async #launch(run: RunFile): Promise<string> {
    await this.runs.write(run);
    const began = performance.now();
    const live = { ...run };
    const writeSoon = throttled(() => this.runs.write({ ...live, seconds: secondsSince() }), 5000);
    const secondsSince = () => (run.seconds ?? 0) + (performance.now() - began) / 1000;
    let history: Promise<unknown> = Promise.resolve();
    // Told once it is on disk: a window that asks for the history and listens misses no row between the two.
    const record = (row: Parameters<Runs['append']>[1], tell: () => void): void => {
      history = history
        .then(() => this.runs.append(run.id, row))
        .catch(() => {})
        .then(tell);
    };
    let left: number | undefined;
    const progress = new RunProgress(STAGES_OF[String(run.options.stage)] ?? ['A', 'B']);
    // Counted beside the training: the first steps need not wait for it.
    void this.#stepsOf(run.options).then(
      (steps) => progress.plan(steps),
      () => undefined,
    );
    const onTraining = (handle: JobHandle, event: StageEvent): void => {
      const stage = stageLetter(event.stage);
      if (event.kind === 'step') {
        const { done, total, etaSeconds } = progress.step({ ...event, stage });
        Object.assign(live, { done, total });
        left = etaSeconds;
        writeSoon();
        handle.progress({ done, total, what: `Stage ${stage}, step`, etaSeconds });
      } else if (event.kind === 'evaluating')
        handle.progress({
          done: live.done,
          total: live.total,
          what: `Stage ${stage}, evaluating, step`,
          etaSeconds: left,
        });
      else if (event.kind === 'log') {
        const point = pointOf(stage, event.row);
        if (!point) return;
        record({ point }, () => this.#emit('train.point', { runId: run.id, point }));
      } else if (event.kind === 'evaluation') {
        const evaluation = evaluationOf(stage, event.result);
        record({ evaluation }, () => this.#emit('train.evaluation', { runId: run.id, evaluation }));
      }
    };
    return this.#board.start({
      kind: jobKindOf(run),
      title: run.title,
      what: 'preparing',
      runId: run.id,
      pausable: true,
      run: async (handle) => {
        const warn = (message: string) => {
          if (!live.warnings.includes(message)) live.warnings.push(message);
          handle.warn(message);
        };
        const onEvent = (event: CommonEvent): void => {
          if (event.type === 'progress') handle.progress(event);
          else if (event.type === 'warning') warn(event.message);
          else onTraining(handle, event.event as StageEvent);
        };
        if (run.kind === 'retrain') return this.#retrain(run, handle, onEvent);
        await this.#applyGold(run.id, handle, onEvent);
        handle.throwIfStopped();
        const options = await trainingOptions(
          await chosenOptions(run.options),
          this.#placesOf(run.id),
          this.#session,
          this.runs,
        );
        await this.#train(run, options, handle, onEvent);
      },
      settle: async (state, error) => {
        writeSoon.cancel();
        await history;
        await this.runs.write({
          ...live,
          state: runState(state),
          seconds: secondsSince(),
          error: error && state !== 'cancelled' ? (error as Error).message : null,
        });
        await this.#session.refreshModels();
        await this.#session.refreshHighconf();
        const model = this.#session.models.find((m) => m.id === run.id);
        if (state === 'done' && model) {
          await this.#session.showModel(model);
          this.#emit('pages.changed', { pages: this.#session.pages.summaries() });
        }
        this.#emit('project.changed', { project: this.#session.info() });
        return { resumable: state !== 'done' && (await this.runs.isResumable(run.id)) };
      },
    });
  }

  /** Steps of each stage; those of the last plan where it had the same options. */
  async #stepsOf(options: RunFile['options']): Promise<Partial<Record<'A' | 'B', number>>> {
    const chosen = await chosenOptions(options);
    if (this.#planned.key !== JSON.stringify(chosen)) await this.plan(options);
    return this.#planned.steps;
  }

  /** Gold labels win over weak ones: a run trains on copies that have them, and keeps these for a resume. */
  async #applyGold(runId: string, handle: JobHandle, onEvent: (event: CommonEvent) => void): Promise<void> {
    const { journal, project } = this.#session;
    const own = join(project.places.runs, runId, 'datasets');
    const labelled = journal.pages();
    if (existsSync(join(own, 'full', 'dataset_dict')) || labelled.length === 0) return;
    const gold = new Map(labelled.map((pageNum) => [pageNum, journal.gold(pageNum)!] as const));
    const { full, highconf } = project.places;
    const datasets = [
      ...(project.hasHighConfidence ? [{ from: highconf, to: join(own, 'highconf'), gold }] : []),
      { from: full, to: join(own, 'full'), gold },
    ];
    const job = this.#engine.run('gold', { datasets }, onEvent);
    handle.attach(job.tell);
    await job.done;
  }

  async #train(
    run: RunFile,
    options: TrainingOptions,
    handle: JobHandle,
    onEvent: (event: CommonEvent) => void,
  ): Promise<void> {
    if (run.kind === 'train') {
      const job = this.#engine.run('train', { options }, onEvent);
      handle.attach(job.tell);
      await job.done;
      return;
    }
    const experiment = experimentOptions(options, { runsFolder: this.runs.folder, runId: run.id });
    const command = `galley experiment --run_id ${run.id}`;
    const job = this.#engine.run('experiment', { options: experiment, command }, onEvent);
    handle.attach(job.tell);
    await job.done;
  }

  async #retrain(run: RunFile, handle: JobHandle, onEvent: (event: CommonEvent) => void): Promise<void> {
    const places = this.#placesOf(run.id, true);
    const input = await retrainJobInput(run.options, places, this.runs.dir(run.id), this.#session);
    const job = this.#engine.run('retrain', input, onEvent);
    handle.attach(job.tell);
    await job.done;
  }

  /** Seconds of a step of this model, from the last run of it in this project. */
  async #measured(model: string): Promise<number | null> {
    for (const { id, options } of await this.runs.list())
      if (options.model === model) {
        const seconds = await this.runs.secondsPerStep(id);
        if (seconds !== null) return seconds;
      }
    return null;
  }

  /** A path as people know it: relative to the project. */
  #shown(path: string): string {
    const { folder } = this.#session.project;
    return path.startsWith(folder) ? path.slice(folder.length + 1) || '.' : path;
  }
}

/** A retraining is a training to whoever watches, pauses or stops it. */
const jobKindOf = ({ kind }: RunFile) => (kind === 'retrain' ? 'train' : kind);

const STAGES_OF: Readonly<Record<string, readonly ('A' | 'B')[]>> = { highconf: ['A'], full: ['B'] };

function titleOf(stage: string, experiment: boolean): string {
  if (experiment) return 'Experiment';
  return stage === 'highconf'
    ? 'Training, Stage A'
    : stage === 'full'
      ? 'Training, Stage B'
      : 'Training, both stages';
}

function runState(state: Job['state']): RunFile['state'] {
  return state === 'paused' || state === 'running' ? 'interrupted' : state;
}

/** Calls `work` at most once in so many milliseconds. */
function throttled(work: () => Promise<unknown>, milliseconds: number) {
  let timer: NodeJS.Timeout | null = null;
  const call = (): void => {
    timer ??= setTimeout(() => {
      timer = null;
      void work().catch(() => {});
    }, milliseconds).unref();
  };
  call.cancel = () => {
    if (timer) clearTimeout(timer);
  };
  return call;
}
