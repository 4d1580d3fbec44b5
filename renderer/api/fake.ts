import type {
  CallInput,
  CallName,
  CallOutput,
  Delta,
  Job,
  PageDetail,
  ProjectInfo,
  WorkbenchApi,
} from '../../core/workbench/contract.ts';
import { wordLabels } from '../state/word-labels.ts';
import { CallError, UNREACHABLE } from './errors.ts';
import { FAKE_LABELS, fakeDetail, fakeImage, fakeRecipes, summarise } from './fake-pages.ts';
import { fakeBookRecipes } from './fake-recipes.ts';
import { fakeTraining } from './fake-training.ts';
import { Listeners } from './listeners.ts';

export interface FakeOptions {
  readonly pages: number;
  readonly words: number;
  /** first: no project; empty: no pages; broken: the project cannot be read; readonly; training: a job runs. */
  readonly scene: string;
  readonly theme: 'system' | 'light' | 'dark' | 'contrast';
}

export function fakeOptions(params: URLSearchParams): FakeOptions {
  return {
    pages: Number(params.get('pages') ?? 120),
    words: Number(params.get('words') ?? 320),
    scene: params.get('scene') ?? '',
    theme: (params.get('theme') as FakeOptions['theme'] | null) ?? 'system',
  };
}

/** What a test may do to the in-memory workbench besides calling it. */
export interface FakeApi extends WorkbenchApi {
  /** While true, every call fails as if the line were down. */
  unreachable: boolean;
  /** While set, the next save is refused with these words. */
  refuseSave: string | null;
  readonly journal: Delta[];
  emit: Listeners['emit'];
}

type Handlers = {
  [N in CallName]?: (input: CallInput<N>) => CallOutput<N> | Promise<CallOutput<N>>;
};

/** A whole workbench in memory that answers every call this frame makes; training and runs answer emptily. */
export function fakeApi(options: FakeOptions): FakeApi {
  const listeners = new Listeners();
  const details = new Map<number, PageDetail>();
  const journal: Delta[] = [];
  const edited = new Set<number>();
  let settings: CallOutput<'settings.get'> = { theme: options.theme, keys: {}, reduceMotion: false };
  let opened = options.scene !== 'first';

  const count = options.scene === 'empty' ? 0 : options.pages;
  const project: ProjectInfo = {
    id: 'fake',
    name: 'Boston Cooking-School Cook Book',
    folder: '/home/fannie/cookbooks/boston',
    readOnly: options.scene === 'readonly',
    readOnlyReason: null,
    pages: count,
    splits: { train: Math.ceil(count * 0.875), validation: Math.floor(count * 0.125) },
    labels: FAKE_LABELS,
    models:
      options.scene === 'nomodel'
        ? []
        : [
            {
              id: 'galley-nano',
              name: 'galley-nano, both stages',
              trainedAt: '2026-01-04T14:02:00Z',
              macroF1: 0.871,
            },
          ],
    warnings: [],
    goldWaiting: 0,
  };
  const detailOf = (pageNum: number): PageDetail => {
    if (pageNum < 1 || pageNum > count)
      throw new CallError({
        code: 'not-found',
        message: `there is no page ${pageNum}`,
        where: null,
        hint: null,
      });
    const known = details.get(pageNum) ?? fakeDetail(pageNum, options.words);
    if (options.scene === 'nomodel')
      Object.assign(known, { predicted: null, predictedConfidence: null, model: null });
    details.set(pageNum, known);
    return known;
  };
  const jobs: Job[] = [];
  const job = (changes: Partial<Job>): Job => ({
    id: `job-${jobs.length + 1}`,
    kind: 'export',
    title: 'Export',
    state: 'running',
    done: 0,
    total: 100,
    what: '',
    etaSeconds: null,
    startedAt: new Date().toISOString(),
    error: null,
    warnings: [],
    resumable: false,
    runId: null,
    ...changes,
  });
  const start = (changes: Partial<Job>) => {
    const started = job(changes);
    jobs.push(started);
    listeners.emit('job.changed', started);
    return { jobId: started.id };
  };
  if (options.scene === 'training') {
    jobs.push(
      job({
        kind: 'train',
        title: 'Training, stage B',
        what: 'step',
        done: 412,
        total: 960,
        etaSeconds: 1388,
        runId: 'run-1',
      }),
    );
  }
  if (options.scene === 'interrupted')
    jobs.push(
      job({
        kind: 'train',
        title: 'Training, stage A',
        state: 'interrupted',
        done: 120,
        total: 400,
        what: 'step',
        resumable: true,
        runId: 'run-1',
      }),
    );
  const loss = (step: number) => 0.25 + 1.7 * Math.exp(-step / 130) + 0.06 * Math.sin(step * 1.7);

  const handlers: Handlers = {
    'app.info': () => ({
      version: '0.1.0',
      versions: { 'onnxruntime-node': '1.30.0' },
      devices: [{ name: 'cpu', available: true, reason: null }],
      transport: 'http',
      platform: 'linux',
      cores: 2,
      memoryBytes: 16e9,
      licences: [],
    }),
    'settings.get': () => settings,
    'settings.set': (changes) => {
      settings = { ...settings, ...changes } as typeof settings;
      return {};
    },
    'project.current': () => {
      if (options.scene === 'broken')
        throw new CallError({
          code: 'damaged',
          message:
            'the dataset of this project cannot be read: data-00000-of-00001.arrow ends after 18 432 of 96 256 bytes',
          where: 'boston/dataset/train/data-00000-of-00001.arrow',
          hint: 'Label the pages again, or put the file back from a copy.',
        });
      return {
        project: opened ? project : null,
        recent: [
          { id: 'fake', name: project.name, folder: project.folder, missing: false },
          { id: 'gone', name: 'White House Cook Book', folder: '/media/usb/whitehouse', missing: true },
        ],
      };
    },
    'project.openDemo': () => {
      opened = true;
      return { project, jobId: null };
    },
    'project.openRecent': () => project,
    'project.choose': ({ name }) => ({
      project: name ? project : null,
      choices: ['boston', 'settlement-1901'],
    }),
    'project.takeOver': () => project,
    'pages.list': () => ({
      pages: Array.from({ length: count }, (_, i) => listed(i + 1)),
    }),
    'pages.search': ({ text }) => ({
      pageNums: Array.from({ length: Math.min(count, 400) }, (_, i) => i + 1).filter((n) =>
        detailOf(n).words.join(' ').toLowerCase().includes(text.toLowerCase()),
      ),
    }),
    'pages.get': ({ pageNum }) => detailOf(pageNum),
    'pages.predict': ({ pageNum }) => {
      const known = detailOf(pageNum);
      const predicted = known.weak ?? known.words.map(() => 0);
      const next = {
        ...known,
        predicted,
        predictedConfidence: predicted.map(() => 0.93),
        model: 'galley-nano',
      };
      details.set(pageNum, { ...next, summary: summarise(pageNum, next, edited.has(pageNum)) });
      return detailOf(pageNum);
    },
    'pages.recipes': ({ pageNum, source }) => {
      const detail = detailOf(pageNum);
      const shown = wordLabels(detail, source === 'diff' ? 'predicted' : source).labels;
      return { recipes: fakeRecipes(detail, shown) };
    },
    'recipes.list': ({ pageNum, source }) => {
      const detail = detailOf(pageNum);
      const shown = wordLabels(detail, source === 'diff' ? 'predicted' : source).labels;
      return { recipes: fakeBookRecipes(detail, shown) };
    },
    'pages.predictionsJson': ({ pageNum }) => {
      const { predicted, words, bboxes, predictedConfidence } = detailOf(pageNum);
      if (!predicted) return { json: null };
      const tokens = words.map((text, i) => ({
        text,
        bbox: bboxes[i],
        label: FAKE_LABELS[predicted[i]].name,
        confidence: Number(predictedConfidence?.[i].toFixed(4)),
      }));
      return { json: JSON.stringify({ page_num: pageNum, model: 'galley-nano', tokens }, null, 2) };
    },
    'annotations.apply': ({ deltas }) => {
      if (api.refuseSave) {
        const message = api.refuseSave;
        api.refuseSave = null;
        throw new CallError({ code: 'io', message, where: null, hint: null });
      }
      const touched = new Set<number>();
      for (const delta of deltas) {
        const known = detailOf(delta.pageNum);
        const gold = known.gold ? [...known.gold] : known.words.map(() => -1);
        delta.indices.forEach((word, i) => {
          if (gold[word] !== delta.before[i])
            throw new CallError({ code: 'mismatch', message: 'stale change', where: null, hint: null });
          gold[word] = delta.after[i];
        });
        edited.add(delta.pageNum);
        const next = { ...known, gold, revision: known.revision + 1 };
        details.set(delta.pageNum, { ...next, summary: summarise(delta.pageNum, next, true) });
        touched.add(delta.pageNum);
      }
      journal.push(...(deltas as Delta[]));
      const pages = [...touched].map((pageNum) => detailOf(pageNum).summary);
      queueMicrotask(() => listeners.emit('pages.changed', { pages }));
      return {
        savedAt: new Date().toISOString(),
        revisions: [...touched].map((pageNum) => ({ pageNum, revision: detailOf(pageNum).revision })),
      };
    },
    'annotations.history': () => ({ deltas: [...journal] }),
    'jobs.list': () => ({ jobs: [...jobs] }),
    'jobs.control': ({ jobId, action }) => {
      const found = jobs.find(({ id }) => id === jobId);
      const states = {
        pause: 'paused',
        resume: 'running',
        'stop-and-save': 'cancelled',
        'just-stop': 'cancelled',
        dismiss: 'done',
      } as const;
      if (found) listeners.emit('job.changed', Object.assign(found, { state: states[action] }));
      return {};
    },
    'train.history': () => ({
      points: Array.from({ length: 103 }, (_, i) => ({
        stage: i < 50 ? ('A' as const) : ('B' as const),
        step: i * 4,
        epoch: i / 30,
        loss: loss(i * 4),
        learningRate: 1e-3,
        gradNorm: 1,
        evalLoss: null,
        macroF1: null,
        accuracy: null,
      })),
      evaluations: [],
    }),
    'predict.pages': () => start({ kind: 'predict', title: 'Predicting pages', total: count, what: 'page' }),
    'export.pages': ({ pageNums }) =>
      start({ kind: 'export', title: 'Exporting pages', total: pageNums?.length ?? count, what: 'page' }),
    'runs.exportModel': () => start({ kind: 'export', title: 'Export a model', total: 3, what: 'file' }),
    'runs.list': () => ({ runs: [] }),
    'app.reveal': () => ({ opened: false, folder: `${project.folder}/exports` }),
    ...fakeTraining({ scene: options.scene, pages: count, listeners, jobs, start }),
  };

  /** Summaries of far pages are cheap stand-ins, so that ten thousand pages open at once. */
  const listed = (pageNum: number) => {
    if (count <= 400 || details.has(pageNum)) return detailOf(pageNum).summary;
    return { ...sample[pageNum % sample.length], pageNum, excerpt: `Page ${pageNum} of a long book` };
  };
  const sample = count > 400 ? Array.from({ length: 40 }, (_, i) => detailOf(i + 1).summary) : [];

  const api: FakeApi = {
    unreachable: false,
    refuseSave: null,
    journal,
    emit: listeners.emit.bind(listeners),
    call: async <N extends CallName>(name: N, input: CallInput<N>) => {
      if (api.unreachable)
        throw new CallError({ code: UNREACHABLE, message: 'the line is down', where: null, hint: null });
      const handler = handlers[name] as ((given: CallInput<N>) => CallOutput<N>) | undefined;
      if (!handler)
        throw new CallError({ code: 'usage', message: `not in the fake: ${name}`, where: null, hint: null });
      return handler(input);
    },
    on: listeners.on,
    pageImageUrl: (pageNum, width) => fakeImage(detailOf(pageNum), width),
  };
  return api;
}
