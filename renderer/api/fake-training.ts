import { z } from 'zod';
import { trainingSchema } from '../../core/training/options.ts';
import type {
  CallInput,
  CallName,
  CallOutput,
  Evaluation,
  HistoryPoint,
  Job,
  Run,
  Thresholds,
} from '../../core/workbench/contract.ts';
import { CallError } from './errors.ts';
import { FAKE_LABELS } from './fake-pages.ts';
import type { Listeners } from './listeners.ts';

type Handlers = { [N in CallName]?: (input: CallInput<N>) => CallOutput<N> | Promise<CallOutput<N>> };

interface World {
  readonly scene: string;
  readonly pages: number;
  readonly listeners: Listeners;
  readonly jobs: Job[];
  start(changes: Partial<Job>): { jobId: string };
}

const STEPS = { A: 320, B: 640 } as const;
const NAMES = FAKE_LABELS.map(({ name }) => name);
const SUPPORT = [5210, 268, 1934, 3120, 96, 41, 0];

/** A number in 0..1 that looks random and is the same every time. */
const wobble = (seed: number) => Math.abs(Math.sin(seed * 12.9898) * 43758.5453) % 1;

function pointsOf(stage: 'A' | 'B', until: number, skill = 1): HistoryPoint[] {
  const points: HistoryPoint[] = [];
  const steps = STEPS[stage];
  const nothing = {
    loss: null,
    learningRate: null,
    gradNorm: null,
    evalLoss: null,
    macroF1: null,
    accuracy: null,
  };
  for (let step = 10; step <= Math.min(until, steps); step += 10) {
    const start = stage === 'A' ? 1.9 : 0.62;
    const floor = (stage === 'A' ? 0.3 : 0.21) / skill;
    const loss = floor + (start - floor) * Math.exp((-4.2 * step) / steps) + 0.07 * (wobble(step) - 0.5);
    const warm = steps * 0.1;
    const learningRate = 5e-4 * (step < warm ? step / warm : (steps - step) / (steps - warm));
    points.push({ ...nothing, stage, step, epoch: (step * 5) / steps, loss, learningRate, gradNorm: 1 });
    if (step % 40 === 0) {
      const top = (stage === 'A' ? 0.79 : 0.89) * skill;
      const from = stage === 'A' ? 0.08 : 0.66;
      const macroF1 =
        top -
        (top - from) * Math.exp((-3.6 * step) / steps) -
        0.03 * wobble(step * 7 + (stage === 'A' ? 1 : 2));
      const evalLoss = loss * 1.08 + 0.05;
      points.push({
        ...nothing,
        stage,
        step,
        epoch: (step * 5) / steps,
        evalLoss,
        macroF1,
        accuracy: 0.5 + macroF1 / 2,
      });
    }
  }
  return points;
}

function evaluationAt({ stage, step, macroF1, accuracy }: HistoryPoint): Evaluation {
  const f1 = macroF1 ?? 0;
  const counts = NAMES.map((_, row) => {
    const wrong = Math.round(SUPPORT[row] * (1 - f1) * 0.55);
    const shares = NAMES.map((__, column) => (column === row ? 0 : wobble(row * 7 + column + step) ** 3));
    const sum = shares.reduce((a, b) => a + b, 0);
    const line = shares.map((share) => Math.floor((wrong * share) / sum));
    line[row] = SUPPORT[row] - line.reduce((a, b) => a + b, 0);
    return line;
  });
  return {
    stage,
    step,
    macroF1: f1,
    accuracy: accuracy ?? 0,
    perLabel: NAMES.map((label, i) => {
      const found = counts.reduce((sum, row) => sum + row[i], 0);
      const precision = found === 0 ? 0 : counts[i][i] / found;
      const recall = SUPPORT[i] === 0 ? 0 : counts[i][i] / SUPPORT[i];
      const sum = precision + recall;
      return {
        label,
        precision,
        recall,
        f1: sum === 0 ? 0 : (2 * precision * recall) / sum,
        support: SUPPORT[i],
      };
    }),
    confusion: { labels: NAMES, counts },
  };
}

const REPORT = `# Run 2026-11-21-1402

On 61 pages of the validation split, against gold labels: macro F1 **0.884** for the model, 0.912 for the weak labels it learned from (macro F1 leaves O out).

Warnings:

- 3 page images were missing; their words were drawn instead

## What ran

| pass                | result | time        | note |
| ------------------- | -----: | ----------: | ---: |
| Labels              |   done |       4.1 s |      |
| Stage A             |   done | 11 min 02 s |      |
| Stage B             |   done | 23 min 40 s |      |
| Evaluation          |   done |      51.0 s |      |

## Training

| stage | pages | windows | steps | best macro F1 | model |
| ----- | ----: | ------: | ----: | ------------: | ----: |
| A     |   102 |     128 |   320 |         0.771 | \`models/stage-a\` |
| B     |   424 |     610 |   640 |         0.884 | \`models/stage-b\` |

### Curves

![Loss and macro F1 of both stages](pictures/curves.png)

## Settings

\`\`\`json
{ "model": "galley-nano", "seed": 42 }
\`\`\`
`;

/** Training, runs and the high-confidence set of the in-memory workbench; scene "training" moves on by itself. */
export function fakeTraining({ scene, pages, listeners, jobs, start }: World): Handlers {
  const base = { kind: 'train', hasReport: false, hasComparison: false, resumable: false } as const;
  const settings = {
    model: 'galley-nano',
    learning_rate: 5e-4,
    num_train_epochs_stageA: 5,
    batch_size: 8,
    seed: 42,
  };
  const trash = new Map<string, Run>();
  const live = scene === 'training';
  let runs: Run[] =
    scene === 'training' || scene === 'interrupted' || scene === 'runs'
      ? [
          {
            ...base,
            id: 'run-1',
            title: 'Both stages',
            state: live ? 'running' : scene === 'interrupted' ? 'interrupted' : 'done',
            startedAt: '2026-11-22T13:20:00Z',
            seconds: live ? null : 1690,
            bestMacroF1: 0.871,
            bestStep: 600,
            options: settings,
            resumable: true,
          },
          {
            ...base,
            id: 'run-0',
            kind: 'experiment',
            title: 'Whole experiment',
            state: 'done',
            startedAt: '2026-11-21T14:02:00Z',
            seconds: 2140,
            bestMacroF1: 0.884,
            bestStep: 640,
            options: { ...settings, learning_rate: 3e-4, token_masking: 0.1 },
            hasReport: true,
          },
          {
            ...base,
            id: 'run-x',
            title: 'Stage A',
            state: 'failed',
            startedAt: '2026-11-20T09:12:00Z',
            seconds: 41,
            bestMacroF1: null,
            bestStep: null,
            options: { ...settings, batch_size: 64 },
          },
        ]
      : [];
  let at = 412;
  const historyOf = (runId: string): HistoryPoint[] => {
    if (runId === 'run-x') return [];
    if (runId === 'run-0') return [...pointsOf('A', 320, 0.98), ...pointsOf('B', 640, 1.02)];
    const until = live ? at : scene === 'interrupted' ? 120 : 960;
    return [...pointsOf('A', until), ...(until > STEPS.A ? pointsOf('B', until - STEPS.A) : [])];
  };
  if (live) {
    // Moves slowly, as a training does; enough to see the curves grow.
    setInterval(() => {
      const job = jobs.find(({ runId }) => runId === 'run-1');
      if (job?.state !== 'running' || at >= 960) return;
      const before = historyOf('run-1').length;
      at = Math.min(960, at + 10);
      for (const point of historyOf('run-1').slice(before)) {
        listeners.emit('train.point', { runId: 'run-1', point });
        if (point.macroF1 !== null)
          listeners.emit('train.evaluation', { runId: 'run-1', evaluation: evaluationAt(point) });
      }
      listeners.emit('job.changed', Object.assign(job, { done: at, etaSeconds: (960 - at) * 2.5 }));
    }, 2500);
    const job = jobs.find(({ runId }) => runId === 'run-1');
    if (job)
      Object.assign(job, {
        warnings: [
          'The model gives SERVINGS to no word: its 0 held-out words cannot say whether that is right.',
        ],
      });
  }
  const standard: Thresholds = {
    minTitleLines: 1,
    minIngredientLines: 2,
    minInstructionLines: 2,
    minMeanConfidence: 0.6,
    maxOutsideRatio: 0.92,
    minTokens: 80,
    minLabelledRatio: 0.03,
    maxTitleShare: 0.25,
  };
  let current = Array.from({ length: pages }, (_, i) => i + 1).filter((n) => wobble(n) > 0.55);
  let report: string | null = null;

  const RULES: readonly [string, keyof Thresholds, 1 | -1, number, number][] = [
    ['no_title', 'minTitleLines', 1, 3, 0],
    ['few_ing', 'minIngredientLines', 1, 14, 1],
    ['few_instr', 'minInstructionLines', 1, 16, 2],
    ['low_conf', 'minMeanConfidence', 1, 0.5, 0.5],
    ['high_o_ratio', 'maxOutsideRatio', -1, 0.95, 0],
    ['too_short', 'minTokens', 1, 460, 40],
    ['low_labeled_ratio', 'minLabelledRatio', 1, 0.6, 0],
    ['many_titles', 'maxTitleShare', -1, 0.3, 0],
  ];
  const judge = (thresholds: Thresholds) => {
    const lost = RULES.map(() => 0);
    const rejected: { pageNum: number; reasons: string[]; nearMiss: boolean }[] = [];
    const kept: number[] = [];
    for (let pageNum = 1; pageNum <= pages; pageNum++) {
      const missed = RULES.flatMap(([code, key, sign, spread, from], rule) => {
        const raw = from + spread * Math.sqrt(wobble(pageNum * 31 + rule * 17));
        const value = Number.isInteger(spread) ? Math.round(raw) : sign < 0 ? raw * 0.98 : raw;
        if (sign * (value - thresholds[key]) >= 0) return [];
        const words = `${code.replaceAll('_', ' ')}: ${Number(value.toFixed(2))}, ${sign > 0 ? 'at least' : 'at most'} ${thresholds[key]} wanted`;
        return [{ rule, words }];
      });
      if (missed.length === 0) kept.push(pageNum);
      else {
        lost[missed[0].rule]++;
        rejected.push({
          pageNum,
          reasons: missed.map((m) => m.words),
          nearMiss: missed.length === 1 && wobble(pageNum) > 0.5,
        });
      }
    }
    let left = pages;
    const waterfall = RULES.map(([code], rule) => {
      left -= lost[rule];
      return { code, title: code.replaceAll('_', ' '), lost: lost[rule], left };
    });
    return { total: pages, kept: kept.length, waterfall, rejected, keptPages: kept };
  };
  const looser = (t: Thresholds): Thresholds => ({
    ...t,
    minMeanConfidence: Math.max(0.5, Math.round((t.minMeanConfidence - 0.05) * 100) / 100),
    minTokens: Math.max(50, t.minTokens - 10),
    maxOutsideRatio: Math.min(0.98, Math.round((t.maxOutsideRatio + 0.02) * 100) / 100),
    minIngredientLines: Math.max(1, t.minIngredientLines - 1),
  });

  const handlers: Handlers = {
    'train.form': () => {
      const { properties } = z.toJSONSchema(trainingSchema, { io: 'input' }) as {
        properties: Record<
          string,
          {
            type?: 'boolean' | 'integer' | 'number' | 'string';
            enum?: string[];
            default?: unknown;
            description?: string;
            unit?: string;
          }
        >;
      };
      const fields = Object.entries(properties)
        .filter(([name]) => !/_dir$|^(resume|overwrite|dry_run)$/.test(name))
        .map(([name, field]) => ({
          name,
          title: name,
          description: field.description ?? '',
          unit: field.unit ?? null,
          kind:
            name === 'model' || field.enum
              ? ('choice' as const)
              : field.type && field.type !== 'string'
                ? field.type
                : ('text' as const),
          choices:
            name === 'model'
              ? ['galley-nano', 'layoutlmv3-base', 'microsoft/layoutlmv3-base']
              : (field.enum ?? []),
          defaultValue: name === 'model' ? 'galley-nano' : (field.default ?? null),
        }));
      return { fields };
    },
    'train.plan': ({ options }) => {
      const stage = (name: 'A' | 'B', steps: number, share: number) => ({
        stage: name,
        dataset: name === 'A' ? 'datasets/boston_layoutlmv3_highconf' : 'datasets/boston_layoutlmv3_full',
        pages: Math.round(pages * 0.875 * share),
        evalPages: Math.round(pages * 0.125 * share),
        windows: Math.round(pages * 1.3 * share),
        steps,
        labelCounts: Object.fromEntries(NAMES.map((label, i) => [label, Math.round(SUPPORT[i] * share * 6)])),
        findings:
          pages === 0
            ? [{ severity: 'error' as const, message: 'the dataset has no pages' }]
            : name === 'A'
              ? [
                  {
                    severity: 'warning' as const,
                    message: 'no page has a word labelled SERVINGS: the model cannot learn it',
                  },
                ]
              : [],
      });
      const both = [stage('A', STEPS.A, 0.36), stage('B', STEPS.B, 1)];
      const flags = Object.entries(options).map(([name, value]) => ` --${name} ${value}`);
      return {
        stages: both.filter(
          (s) => options.stage === 'both' || (options.stage === 'highconf') === (s.stage === 'A'),
        ),
        parameters: 7_412_359,
        memoryBytes: 1.34e9,
        cardBytes: null,
        secondsPerStep: 2.41,
        totalSeconds: 2480,
        device: 'cpu',
        command: `galley train${flags.join('')}`,
      };
    },
    'train.start': ({ experiment }) =>
      start({
        kind: experiment ? 'experiment' : 'train',
        title: 'Both stages',
        total: 960,
        what: 'Stage A',
        runId: 'run-1',
      }),
    'jobs.continue': ({ runId }) =>
      start({ kind: 'train', title: 'Both stages', total: 960, what: 'Stage A', runId }),
    'train.history': ({ runId }) => {
      const points = historyOf(runId);
      return { points, evaluations: points.filter((p) => p.macroF1 !== null).map(evaluationAt) };
    },
    'train.confusionCell': ({ reference, predicted }) => ({
      tokens: Array.from({ length: 14 }, (_, i) => ({
        pageNum: 3 + Math.floor(i / 4) * 5,
        index: 12 + i * 3,
        text: ['hours', 'flour', 'bake', 'until', 'three', 'cup', 'oven'][
          (i + reference.length + predicted.length) % 7
        ],
        confidence: 0.4 + 0.55 * wobble(i),
      })),
    }),
    'runs.list': () => ({ runs }),
    'runs.comparison': () => ({ comparison: null }),
    'runs.report': ({ runId }) => ({ markdown: runId === 'run-0' ? REPORT : null }),
    'runs.delete': ({ runId }) => {
      const run = runs.find(({ id }) => id === runId);
      if (!run) throw new CallError({ code: 'not-found', message: 'no such run', where: null, hint: null });
      trash.set(runId, run);
      runs = runs.filter(({ id }) => id !== runId);
      return {};
    },
    'runs.restore': ({ runId }) => {
      const run = trash.get(runId);
      if (run) runs = [...runs, run].sort((a, b) => b.startedAt.localeCompare(a.startedAt));
      return {};
    },
    'review.queue': () => ({ queue: null }),
    'highconf.preview': ({ thresholds = standard }) => {
      const steps = [thresholds];
      for (let i = 0; i < 3; i++) steps.push(looser(steps[i]));
      const relaxation = steps.map((t, level) => ({ level, thresholds: t, kept: judge(t).kept }));
      return {
        thresholds,
        preview: { ...judge(thresholds), relaxation },
        current: { pages: current, report },
      };
    },
    'highconf.regenerate': ({ thresholds = standard }) => {
      const started = start({ kind: 'regenerate', title: 'High-confidence set', total: pages, what: 'page' });
      let done = 0;
      const timer = setInterval(() => {
        const job = jobs.find(({ id }) => id === started.jobId);
        done = Math.min(pages, done + Math.ceil(pages / 8));
        if (job?.state !== 'running') return clearInterval(timer);
        if (done === pages) {
          clearInterval(timer);
          current = judge(thresholds).keptPages;
          report = `Kept **${current.length}** of ${pages} pages at the first attempt.\n\n| rule | lost |\n| --- | ---: |\n| no title | 4 |\n`;
        }
        listeners.emit(
          'job.changed',
          Object.assign(job, { done, state: done === pages ? 'done' : 'running' }),
        );
      }, 250);
      return started;
    },
    'app.info': () => ({
      version: '0.1.0',
      versions: { node: '24.21.0', 'onnxruntime-node': '1.30.0', sharp: '0.35.5' },
      devices: [
        { name: 'cpu', available: true, reason: null },
        { name: 'cuda', available: false, reason: 'no NVIDIA driver was found (libcuda.so.1 is missing)' },
        { name: 'webgpu', available: false, reason: 'no graphics adapter answers' },
      ],
      transport: 'http',
      platform: 'linux',
      cores: 2,
      memoryBytes: 16e9,
      licences: [
        {
          name: 'galley-nano',
          licence: 'MIT',
          note: 'Our own small model, trained from random weights on pages made here.',
        },
        {
          name: 'microsoft/layoutlmv3-base',
          licence: 'CC BY-NC-SA 4.0',
          note: 'Not for commercial use; models trained from it are shared under the same terms.',
        },
      ],
    }),
  };
  return handlers;
}
