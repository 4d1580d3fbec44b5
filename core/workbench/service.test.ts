import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openDatasetDict } from '../datasets/dataset-dict.ts';
import { type EngineProcess, forkEngine } from '../engine/host.ts';
import type { Delta, Job } from './contract.ts';
import {
  type OpenWorkbench,
  openTiny,
  TINY_TRAINING,
  tinyFolder,
  writeTinyProject,
} from './testing/tiny-workbench.ts';

let folder: string;
let original: string;
const open: OpenWorkbench[] = [];
const start = async (...given: Parameters<typeof openTiny>): Promise<OpenWorkbench> => {
  open.push(await openTiny(...given));
  return open[open.length - 1];
};
/** A project of its own for a test that changes it. */
let copies = 0;
const copy = (): string => {
  const to = join(folder, `copy-${++copies}`);
  cpSync(original, to, { recursive: true });
  return to;
};
beforeAll(async () => {
  folder = await tinyFolder();
  original = await writeTinyProject(folder);
});
afterEach(async () => {
  for (const { workbench } of open.splice(0)) await workbench.close();
});

const person = (pageNum: number, indices: number[], before: number, after: number): Delta => ({
  pageNum,
  indices,
  before: indices.map(() => before),
  after: indices.map(() => after),
  origin: 'person',
  scores: null,
});
const ended = (job: Job) => !['running', 'paused'].includes(job.state);

describe('workbench: projects', () => {
  it('opens nothing at first, refuses calls that need a project, and knows what it opened before', async () => {
    const { workbench } = await start(folder, undefined);
    expect((await workbench.call('project.current', {})).project).toBeNull();
    expect((await workbench.call('pages.list', {})).pages).toEqual([]);
    await expect(workbench.call('pages.get', { pageNum: 1 })).rejects.toMatchObject({ code: 'usage' });
    const { choices } = await workbench.call('project.choose', {});
    expect(choices).toContain('project');
    const { project } = await workbench.call('project.choose', { name: 'project' });
    expect(project).toMatchObject({ name: 'project', pages: 12, readOnly: false });
    const { recent } = await workbench.call('project.current', {});
    expect(recent.find((r) => r.id === project?.id)).toMatchObject({ missing: false });
  });

  it('offers projects to open apart from pages to import', async () => {
    const pages = join(folder, 'only-pages');
    mkdirSync(pages, { recursive: true });
    cpSync(join(original, 'pages', 'pages.jsonl'), join(pages, 'pages.jsonl'));
    const { workbench } = await start(folder, undefined);
    const choices = async (purpose: 'open' | 'import') =>
      (await workbench.call('project.choose', { purpose })).choices;
    expect(await choices('import')).toEqual(['only-pages']);
    expect(await choices('open')).not.toContain('only-pages');
    rmSync(pages, { recursive: true });
  });

  it('takes a project over once the workbench that had it is gone, and not before', async () => {
    const project = copy();
    const first = await start(folder, project);
    const second = await start(folder, project);
    expect((await second.workbench.call('project.current', {})).project!.readOnly).toBe(true);
    const changes: unknown[] = [];
    const off = second.workbench.on('project.changed', (change) => changes.push(change));
    await expect(second.workbench.call('project.takeOver', {})).rejects.toThrow(/another window/);
    // It did not lose its own project in trying.
    expect(changes).toEqual([]);
    off();
    await first.workbench.close();
    open.shift();
    expect(await second.workbench.call('project.takeOver', {})).toMatchObject({ readOnly: false });
    await second.workbench.call('annotations.apply', { deltas: [person(2, [0], -1, 1)] });
  });

  it('lets one of several windows write, and tells the others so', async () => {
    const { workbench } = await start(folder, copy());
    workbench.pen.connect('first');
    workbench.pen.connect('second');
    const seen = async (window: string) =>
      ((await workbench.callUnknown('project.current', {}, window)) as { project: { readOnly: boolean } })
        .project.readOnly;
    expect([await seen('first'), await seen('second')]).toEqual([false, true]);
    const deltas = [person(2, [0], -1, 1)];
    await expect(workbench.callUnknown('annotations.apply', { deltas }, 'second')).rejects.toThrow(
      /only read/,
    );
    await expect(workbench.callUnknown('runs.list', {}, 'second')).resolves.toBeDefined();
    const project = (await workbench.call('project.current', {})).project;
    expect(workbench.seenBy('second', 'project.changed', { project })).toMatchObject({
      project: { readOnly: true },
    });
    await workbench.callUnknown('project.takeOver', {}, 'second');
    expect([await seen('first'), await seen('second')]).toEqual([true, false]);
    await workbench.callUnknown('annotations.apply', { deltas }, 'second');
  });

  it('refuses names that lead out of the folder it was started in', async () => {
    const { workbench } = await start(join(folder, 'project'), undefined);
    for (const name of ['..', '../project', '/etc', 'pages/../..', 'a\0b'])
      await expect(workbench.call('project.choose', { name })).rejects.toMatchObject({ code: 'usage' });
    const outside = join(folder, 'project', 'way-out');
    symlinkSync('/etc', outside);
    await expect(workbench.call('project.choose', { name: 'way-out' })).rejects.toThrow(/through a link/);
    rmSync(outside);
  });

  it('refuses a project file that names places outside the folder, and one that is no project file', async () => {
    const project = copy();
    const file = join(project, 'galley-project.json');
    const good = { format: 1, name: 'x', full: 'datasets/full', highconf: 'datasets/highconf' };
    writeFileSync(file, JSON.stringify({ ...good, annotations: '../../elsewhere' }));
    const { workbench } = await start(folder, project);
    await expect(workbench.call('project.current', {})).rejects.toMatchObject({ code: 'usage' });
    writeFileSync(file, '{"format": 9}');
    const second = await start(folder, project);
    await expect(second.workbench.call('project.current', {})).rejects.toMatchObject({ code: 'damaged' });
  });

  it('gives the second window a project to read only, says why, and takes over a lock that nobody holds', async () => {
    const project = copy();
    const first = await start(folder, project);
    // A workbench is there before its project is read: the first has the lock once it answers.
    await first.workbench.call('project.current', {});
    const second = await start(folder, project);
    const info = (await second.workbench.call('project.current', {})).project;
    expect(info?.readOnly).toBe(true);
    expect(info?.readOnlyReason).toMatch(/another window/);
    await expect(
      second.workbench.call('annotations.apply', { deltas: [person(2, [0], -1, 1)] }),
    ).rejects.toThrow(/reading only/);
    await expect(second.workbench.call('train.start', { options: {} })).rejects.toThrow(/reading only/);
    await first.workbench.call('annotations.apply', { deltas: [person(2, [0], -1, 1)] });
    await first.workbench.close();
    await second.workbench.close();
    open.length = 0;
    expect(existsSync(join(project, '.galley-lock.json'))).toBe(false);
    const dead = {
      pid: 2 ** 22 + 1,
      began: '0',
      host: (await import('node:os')).hostname(),
      since: '',
      token: '',
    };
    writeFileSync(join(project, '.galley-lock.json'), JSON.stringify(dead));
    const third = await start(folder, project);
    expect((await third.workbench.call('project.current', {})).project?.readOnly).toBe(false);
    expect((await third.workbench.call('pages.get', { pageNum: 2 })).gold?.[0]).toBe(1);
  });

  it('says what is wrong with a damaged dataset, a folder without pages, and an empty project', async () => {
    const damaged = copy();
    const arrow = join(damaged, 'datasets/full/dataset_dict/train/data-00000-of-00001.arrow');
    truncateSync(arrow, 200);
    const first = await start(folder, damaged);
    await expect(first.workbench.call('project.current', {})).rejects.toMatchObject({ code: 'damaged' });

    const nothing = join(folder, 'nothing');
    mkdirSync(nothing, { recursive: true });
    await expect(first.workbench.call('project.choose', { name: 'nothing' })).rejects.toMatchObject({
      code: 'not-found',
    });
    expect(readdirSync(nothing)).toEqual([]);

    writeFileSync(
      join(nothing, 'galley-project.json'),
      JSON.stringify({ format: 1, name: 'Empty', full: 'full', highconf: 'high' }),
    );
    const { project } = await first.workbench.call('project.choose', { name: 'nothing' });
    expect(project).toMatchObject({ pages: 0 });
    expect(project?.warnings.join()).toMatch(/no pages/);
    rmSync(join(nothing, 'galley-project.json'));
  });

  it('imports a folder that holds pages only', async () => {
    const book = join(folder, 'book');
    mkdirSync(book, { recursive: true });
    cpSync(join(original, 'pages', 'pages.jsonl'), join(book, 'pages.jsonl'));
    const { workbench, until } = await start(folder, book);
    await until('job.changed', (job) => job.kind === 'import' && ended(job));
    const { project } = await workbench.call('project.current', {});
    expect(project?.pages).toBe(12);
    expect((await workbench.call('pages.get', { pageNum: 2 })).gold).toBeNull();
  });
});

describe('workbench: gold labels from elsewhere', () => {
  it('takes over the labels of the dataset, keeps what was decided, and takes them back', async () => {
    const { workbench } = await start(folder, copy());
    const waiting = async () => (await workbench.call('project.current', {})).project?.goldWaiting;
    expect(await waiting()).toBe(12);
    const gold = async () => (await workbench.call('pages.get', { pageNum: 2 })).gold;
    await workbench.call('annotations.apply', { deltas: [person(2, [0], -1, 6)] });
    const done = await workbench.call('annotations.import', { from: 'dataset' });
    expect(done).toMatchObject({ pages: 12, kept: 1, skipped: [] });
    expect(await waiting()).toBe(0);
    expect((await gold())?.[0]).toBe(6);
    expect((await gold())?.every((id) => id >= 0)).toBe(true);
    await workbench.call('annotations.apply', { deltas: [person(2, [1], (await gold())![1], 5)] });
    await workbench.call('annotations.import', { from: 'undo' });
    expect((await gold())?.map((id, i) => (id >= 0 ? i : -1)).filter((i) => i >= 0)).toEqual([0, 1]);
  });

  it('reads them from lines, and says which pages were left out', async () => {
    const { workbench } = await start(folder, copy());
    const words = (await workbench.call('pages.get', { pageNum: 2 })).words.length;
    const row = (page_num: number, labels: unknown) => JSON.stringify({ page_num, labels });
    const jsonl = [
      row(2, ['TITLE', ...Array.from({ length: words - 1 }, () => null)]),
      row(3, ['TITLE']),
      row(999, []),
      row(4, ['NOTHING']),
      'no json',
    ].join('\n');
    const done = await workbench.call('annotations.import', { from: 'text', jsonl });
    expect(done).toMatchObject({ pages: 1, words: 1 });
    expect(done.skipped).toHaveLength(4);
    expect(done.skipped[0]).toMatch(/page 3: expected \d+ labels, one per word, found 1/);
  });
});

describe('workbench: pages', () => {
  it('lists, searches and shows pages with their lines, rules and recipes', async () => {
    const { workbench } = await start(folder, copy());
    const { pages } = await workbench.call('pages.list', {});
    expect(pages.length).toBe(12);
    const recipe = pages.find((p) => p.labelCounts[1] > 0 && p.labelCounts[2] > 4)!;
    const detail = await workbench.call('pages.get', { pageNum: recipe.pageNum });
    expect(detail.words.length).toBe(recipe.words);
    expect([...detail.readingOrder].sort((a, b) => a - b)).toEqual(detail.words.map((_, i) => i));
    expect(detail.lines.some((line) => line.signals.length > 0)).toBe(true);
    expect(detail.weakConfidence?.length).toBe(recipe.words);
    const { recipes } = await workbench.call('pages.recipes', { pageNum: recipe.pageNum, source: 'weak' });
    expect(recipes.some((r) => r.ingredients.length > 0)).toBe(true);
    const word = detail.words.find((w) => w.length > 5)!;
    const { pageNums } = await workbench.call('pages.search', { text: word.toUpperCase() });
    expect(pageNums).toContain(recipe.pageNum);
    expect((await workbench.call('pages.search', { text: 'xyzzy' })).pageNums).toEqual([]);
    // Gold labels of the dataset's column are shown to nobody until a person decides.
    expect(detail.gold).toBeNull();
    expect(recipe.gold).toBe(0);
  });

  it('draws a page that has no scan', async () => {
    const { workbench } = await start(folder, copy());
    const image = await workbench.pageImage(2, 300);
    expect(image.type).toBe('image/png');
    await expect(workbench.pageImage(999, 300)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('keeps gold labels over a restart, tells every window, and gives the journal back', async () => {
    const project = copy();
    const { workbench, until } = await start(folder, project);
    const answer = await workbench.call('annotations.apply', { deltas: [person(3, [0, 1, 2], -1, 2)] });
    expect(answer.revisions).toEqual([{ pageNum: 3, revision: 1 }]);
    const told = await until('pages.changed', ({ pages }) => pages[0].pageNum === 3);
    expect(told.pages[0]).toMatchObject({ edited: true });
    await workbench.close();
    open.length = 0;
    const again = await start(folder, project);
    expect((await again.workbench.call('pages.get', { pageNum: 3 })).gold?.slice(0, 4)).toEqual([
      2, 2, 2, -1,
    ]);
    expect((await again.workbench.call('annotations.history', {})).deltas).toEqual([
      person(3, [0, 1, 2], -1, 2),
    ]);
  });

  it('refuses calls that do not exist or do not fit, before anything happens', async () => {
    const { workbench } = await start(folder, copy());
    await expect(workbench.callUnknown('toString', {})).rejects.toMatchObject({ code: 'usage' });
    await expect(workbench.callUnknown('pages.get', { pageNum: '../1' })).rejects.toMatchObject({
      code: 'usage',
    });
    await expect(workbench.callUnknown('annotations.apply', { deltas: [] })).rejects.toMatchObject({
      code: 'usage',
    });
    await expect(workbench.call('train.history', { runId: '..' })).rejects.toMatchObject({ code: 'usage' });
    await expect(
      workbench.call('train.start', { options: { ...TINY_TRAINING, model: '/etc' } }),
    ).rejects.toThrow(/no model/);
    await expect(
      workbench.call('train.start', { options: { ...TINY_TRAINING, output_dir: '/tmp/x' } }),
    ).rejects.toMatchObject({ code: 'usage' });
  });
});

describe('workbench: training', () => {
  it('plans, trains both stages on gold over weak labels, predicts, exports and explains a cell', async () => {
    const project = copy();
    const { workbench, until } = await start(folder, project);
    const pageNum = (await workbench.call('pages.list', {})).pages.find((p) => p.inHighconf)!.pageNum;
    await workbench.call('annotations.apply', { deltas: [person(pageNum, [0, 1], -1, 6)] });
    const plan = await workbench.call('train.plan', { options: TINY_TRAINING });
    expect(plan.stages.map((s) => s.stage)).toEqual(['A', 'B']);
    expect(plan.stages[1]).toMatchObject({ pages: 9, evalPages: 3, steps: 2 });
    expect(plan.command).toMatch(/^galley train /);

    const { jobId } = await workbench.call('train.start', { options: TINY_TRAINING });
    await expect(workbench.call('train.start', { options: TINY_TRAINING })).rejects.toThrow(
      /running already/,
    );
    const job = await until('job.changed', (j) => j.id === jobId && ended(j));
    expect(job).toMatchObject({ state: 'done', error: null });
    const runId = job.runId!;
    const history = await workbench.call('train.history', { runId });
    expect(history.points.filter((p) => p.loss !== null).map((p) => [p.stage, p.step])).toEqual([
      ['A', 1],
      ['A', 2],
      ['B', 1],
      ['B', 2],
    ]);
    expect(history.evaluations.map((e) => e.stage)).toEqual(['A', 'B']);
    const trained = await openDatasetDict(join(project, 'runs', runId, 'datasets', 'full'));
    const page = [...trained.splits.values()].flatMap((s) => [...s]).find((p) => p.pageNum === pageNum)!;
    expect(page.labels.slice(0, 2)).toEqual([6, 6]);
    expect(Array.from(page.extra?.gold_labels as number[], Number).slice(0, 2)).toEqual([6, 6]);

    const detail = await workbench.call('pages.predict', { pageNum });
    expect(detail.predicted?.length).toBe(detail.words.length);
    expect(detail.model).toBe(runId);
    const { json } = await workbench.call('pages.predictionsJson', { pageNum });
    expect(JSON.parse(json!).tokens.length).toBe(detail.words.length);
    const exported = await workbench.call('export.pages', {
      pageNums: [pageNum],
      source: 'predicted',
      overlay: true,
      json: true,
    });
    await until('job.changed', (j) => j.id === exported.jobId && j.state === 'done');
    const [batch] = readdirSync(join(project, 'exports'));
    expect(readdirSync(join(project, 'exports', batch)).length).toBe(2);

    const model = await workbench.call('runs.exportModel', { runId });
    await until('job.changed', (j) => j.id === model.jobId && j.state === 'done');
    const folders = readdirSync(join(project, 'exports')).filter((name) => name.endsWith('-model'));
    expect(readdirSync(join(project, 'exports', folders[0]))).toEqual(
      expect.arrayContaining(['README.md', 'onnx', 'predict.py', 'tokenizer.json']),
    );
    await expect(workbench.call('runs.exportModel', { runId: 'nobody' })).rejects.toThrow();

    const last = history.evaluations[history.evaluations.length - 1];
    const { labels, counts } = last.confusion;
    const row = counts.findIndex((r) => r.some((c) => c > 0));
    const column = counts[row].findIndex((c) => c > 0);
    const { tokens } = await workbench.call('train.confusionCell', {
      runId,
      reference: labels[row],
      predicted: labels[column],
    });
    // The trainer counts windows, overlaps once; the cell counts words.
    expect(tokens.length).toBeGreaterThan(0);

    await workbench.call('runs.delete', { runId });
    expect((await workbench.call('runs.list', {})).runs).toEqual([]);
    await workbench.call('runs.restore', { runId });
    expect((await workbench.call('runs.list', {})).runs[0]).toMatchObject({ id: runId, state: 'done' });
  }, 240_000);

  it('pauses with the model in memory, stops with a checkpoint, and goes on from it', async () => {
    const { workbench, until, told } = await start(folder, copy());
    const options = { ...TINY_TRAINING, stage: 'full', max_steps: 60, eval_steps: 20, save_steps: 20 };
    const { jobId } = await workbench.call('train.start', { options });
    await until('train.point', ({ point }) => point.step >= 3);
    await workbench.call('jobs.control', { jobId, action: 'pause' });
    expect((await workbench.call('jobs.list', {})).jobs[0].state).toBe('paused');
    // A page is predicted by another thread while the training waits (or runs): the tiny model has no weights yet.
    await expect(workbench.call('pages.predict', { pageNum: 2 })).rejects.toMatchObject({
      code: 'not-found',
    });
    await workbench.call('jobs.control', { jobId, action: 'resume' });
    await until('job.changed', (j) => j.id === jobId && j.state === 'running' && j.done >= 5);
    await workbench.call('jobs.control', { jobId, action: 'stop-and-save' });
    const stopped = await until('job.changed', (j) => j.id === jobId && ended(j));
    expect(stopped).toMatchObject({ state: 'cancelled', resumable: true, error: null });
    const runId = stopped.runId!;
    const reached = told.filter((t) => t.name === 'train.point').length;
    expect(reached).toBeGreaterThan(0);
    const { jobId: second } = await workbench.call('jobs.continue', { runId, how: 'resume' });
    const done = await until('job.changed', (j) => j.id === second && ended(j));
    expect(done).toMatchObject({ state: 'done', runId });
    const { points } = await workbench.call('train.history', { runId });
    expect(points.filter((p) => p.loss !== null).map((p) => p.step)).toEqual(
      Array.from({ length: 60 }, (_, i) => i + 1),
    );
  });

  it('survives a killed engine: the run is interrupted, a new engine starts, the run goes on', async () => {
    const project = copy();
    let engine: EngineProcess | null = null;
    const startEngine = () => {
      engine = forkEngine();
      return engine;
    };
    const { workbench, until } = await start(folder, project, { startEngine });
    const options = { ...TINY_TRAINING, stage: 'full', max_steps: 80, eval_steps: 10, save_steps: 10 };
    const { jobId } = await workbench.call('train.start', { options });
    await until('train.point', ({ point }) => point.step >= 14);
    process.kill(engine!.pid!, 'SIGKILL');
    await until('engine.state', ({ state }) => state === 'crashed');
    const job = await until('job.changed', (j) => j.id === jobId && ended(j));
    expect(job).toMatchObject({ state: 'interrupted', resumable: true });
    expect((await workbench.call('app.info', {})).devices[0]).toMatchObject({ name: 'cpu', available: true });
    const { jobId: second } = await workbench.call('jobs.continue', { runId: job.runId!, how: 'resume' });
    expect(await until('job.changed', (j) => j.id === second && ended(j))).toMatchObject({ state: 'done' });
    const { points } = await workbench.call('train.history', { runId: job.runId! });
    expect(points.filter((p) => p.loss !== null).length).toBe(80);
  });

  it('finds a run that was under way when the workbench itself was killed', async () => {
    const project = copy();
    const first = await start(folder, project);
    const { jobId } = await first.workbench.call('train.start', { options: TINY_TRAINING });
    const { runId } = await first.until('job.changed', (j) => j.id === jobId && ended(j));
    await first.workbench.close();
    open.length = 0;
    const file = join(project, 'runs', runId!, 'galley-run.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"done"', '"running"'));
    const { workbench } = await start(folder, project);
    const { jobs } = await workbench.call('jobs.list', {});
    expect(jobs).toMatchObject([{ state: 'interrupted', runId, resumable: true }]);
  });

  it('rebuilds the high-confidence set with looser thresholds and shows the pages in it', async () => {
    const { workbench, until } = await start(folder, copy());
    const { preview, thresholds } = await workbench.call('highconf.preview', {});
    expect(preview.total).toBe(12);
    expect(preview.kept + preview.rejected.length).toBe(12);
    const strict = { ...thresholds, minTokens: 1_000_000 };
    const none = await workbench.call('highconf.preview', { thresholds: strict });
    expect(none.preview.kept).toBe(0);
    const { jobId } = await workbench.call('highconf.regenerate', { minPages: 1 });
    expect(await until('job.changed', (j) => j.id === jobId && ended(j))).toMatchObject({ state: 'done' });
    const { current } = await workbench.call('highconf.preview', {});
    expect(current.pages).toEqual(preview.keptPages);
    expect(current.report).toMatch(/#/);
  });
});
