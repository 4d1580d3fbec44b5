/**
 * The whole conversation between a window and its workbench: one entry per call and per event, a zod schema each way.
 * Two transports carry it, Electron IPC and loopback HTTP + WebSocket (`galley serve`); the window cannot tell which.
 * This file and what it imports run in a browser: no Node code here.
 */
import { z } from 'zod';
import { importCallsContract } from './contract-import.ts';
import { recipeCallsContract } from './contract-recipes.ts';
import { retrainCallsContract } from './contract-retrain.ts';

const box = z.tuple([z.number(), z.number(), z.number(), z.number()]);
const pageNum = z.int().min(0);
const labelId = z.int().min(-100).max(1000);
const unit = z.number().min(0).max(1);
const relativeId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/, 'an id, never a path');

/** Where labels on the canvas come from. */
export const sourceSchema = z.enum(['weak', 'gold', 'predicted', 'diff']);
export type LabelSource = z.infer<typeof sourceSchema>;

export const pageSummarySchema = z.object({
  pageNum,
  split: z.string(),
  words: z.int(),
  hasImage: z.boolean(),
  /** Words by label id of the best source (gold over predicted over weak). */
  labelCounts: z.array(z.int()),
  /** Share of the words a person has labelled (gold). */
  gold: unit,
  predicted: z.boolean(),
  inHighconf: z.boolean(),
  /** Why the page is not in the high-confidence set; empty when it is. */
  rejectReasons: z.array(z.string()),
  /** Words where weak (or gold) and predicted labels differ; null before a prediction. */
  disagreements: z.int().nullable(),
  meanConfidence: unit.nullable(),
  edited: z.boolean(),
  /** First words of the page, for the list. */
  excerpt: z.string(),
});
export type PageSummary = z.infer<typeof pageSummarySchema>;

export const signalSchema = z.object({
  rule: z.string(),
  label: z.string(),
  weight: z.number(),
  evidence: z.string(),
});
export const lineSchema = z.object({
  wordIndices: z.array(z.int()),
  bbox: box,
  label: z.string(),
  confidence: z.number(),
  signals: z.array(signalSchema),
});

export const partSchema = z.object({
  wordIndices: z.array(z.int()),
  text: z.string(),
  bbox: box,
  confidence: z.number().nullable(),
});
/** One recipe of AI Parse View. */
export const recipeSchema = z.object({
  title: partSchema.nullable(),
  ingredients: z.array(partSchema),
  steps: z.array(partSchema),
  times: z.array(partSchema),
  temperatures: z.array(partSchema),
  servings: z.array(partSchema),
  continued: z.boolean(),
  wordIndices: z.array(z.int()),
});
export type RecipeGroup = z.infer<typeof recipeSchema>;

export const pageDetailSchema = z.object({
  summary: pageSummarySchema,
  width: z.number(),
  height: z.number(),
  words: z.array(z.string()),
  /** 0..1000. */
  bboxes: z.array(box),
  weak: z.array(labelId).nullable(),
  weakConfidence: z.array(z.number()).nullable(),
  /** -1 where no person has decided. */
  gold: z.array(labelId).nullable(),
  predicted: z.array(labelId).nullable(),
  predictedConfidence: z.array(z.number()).nullable(),
  /** Weak-label lines with every rule that fired. */
  lines: z.array(lineSchema),
  /** Word indices in reading order. */
  readingOrder: z.array(z.int()),
  model: z.string().nullable(),
  /** Grows with every change of this page's gold labels. */
  revision: z.int(),
});
export type PageDetail = z.infer<typeof pageDetailSchema>;

/** One undoable change: words of one page from these labels to that label (or labels). -1 is "no gold label". */
export const deltaSchema = z.object({
  pageNum,
  indices: z.array(z.int().min(0)).min(1),
  before: z.array(labelId),
  after: z.array(labelId),
  /** Where the new labels come from; accepted predictions keep their score. */
  origin: z.enum(['person', 'accepted-prediction', 'accepted-weak', 'undo', 'redo', 'import']),
  scores: z.array(z.number()).nullable(),
});
export type Delta = z.infer<typeof deltaSchema>;

export const deviceSchema = z.object({
  name: z.string(),
  available: z.boolean(),
  reason: z.string().nullable(),
});

export const projectInfoSchema = z.object({
  id: z.string(),
  name: z.string(),
  /** Shown to the user only; the window never sends it back. */
  folder: z.string(),
  readOnly: z.boolean(),
  readOnlyReason: z.string().nullable(),
  pages: z.int(),
  splits: z.record(z.string(), z.int()),
  labels: z.array(
    z.object({
      id: z.int(),
      name: z.string(),
      title: z.string(),
      colour: z.string(),
      letter: z.string(),
      key: z.string(),
    }),
  ),
  models: z.array(
    z.object({
      id: relativeId,
      name: z.string(),
      trainedAt: z.string().nullable(),
      macroF1: z.number().nullable(),
    }),
  ),
  warnings: z.array(z.string()),
  /** Pages with gold labels in the dataset that nobody has taken over yet (`annotations.import`). */
  goldWaiting: z.int(),
});
export type ProjectInfo = z.infer<typeof projectInfoSchema>;

export const jobKindSchema = z.enum([
  'train',
  'experiment',
  'predict',
  'regenerate',
  'export',
  'demo',
  'import',
  'review',
  'relabel',
]);
export const jobSchema = z.object({
  id: relativeId,
  kind: jobKindSchema,
  title: z.string(),
  state: z.enum(['running', 'paused', 'done', 'failed', 'cancelled', 'interrupted']),
  done: z.number(),
  total: z.number(),
  what: z.string(),
  etaSeconds: z.number().nullable(),
  startedAt: z.string(),
  error: z.string().nullable(),
  /** Plain-words alarms: collapse, NaN, no learning, missing images. */
  warnings: z.array(z.string()),
  /** An interrupted or stopped run that can go on from its last checkpoint. */
  resumable: z.boolean(),
  runId: relativeId.nullable(),
});
export type Job = z.infer<typeof jobSchema>;

/** One point of the training history (a row of log_history with its stage). */
export const historyPointSchema = z.object({
  stage: z.enum(['A', 'B']),
  step: z.number(),
  epoch: z.number(),
  loss: z.number().nullable(),
  learningRate: z.number().nullable(),
  gradNorm: z.number().nullable(),
  evalLoss: z.number().nullable(),
  macroF1: z.number().nullable(),
  accuracy: z.number().nullable(),
});
export type HistoryPoint = z.infer<typeof historyPointSchema>;

export const labelScoreSchema = z.object({
  label: z.string(),
  precision: z.number(),
  recall: z.number(),
  f1: z.number(),
  support: z.int(),
});
/** One evaluation of a run: per-label scores and confusion matrix (rows: reference). */
export const evaluationSchema = z.object({
  stage: z.enum(['A', 'B']),
  step: z.int(),
  macroF1: z.number(),
  accuracy: z.number(),
  perLabel: z.array(labelScoreSchema),
  confusion: z.object({ labels: z.array(z.string()), counts: z.array(z.array(z.int())) }),
});
export type Evaluation = z.infer<typeof evaluationSchema>;

export const runSchema = z.object({
  id: relativeId,
  title: z.string(),
  kind: z.enum(['train', 'experiment', 'retrain']),
  state: z.enum(['running', 'done', 'failed', 'interrupted', 'cancelled']),
  startedAt: z.string(),
  seconds: z.number().nullable(),
  bestMacroF1: z.number().nullable(),
  bestStep: z.number().nullable(),
  options: z.record(z.string(), z.unknown()),
  hasReport: z.boolean(),
  /** Whether the model before and after were compared: `runs.comparison`. */
  hasComparison: z.boolean(),
  resumable: z.boolean(),
});
export type Run = z.infer<typeof runSchema>;

export const thresholdsSchema = z.object({
  minTitleLines: z.number(),
  minIngredientLines: z.number(),
  minInstructionLines: z.number(),
  minMeanConfidence: z.number(),
  maxOutsideRatio: z.number(),
  minTokens: z.number(),
  minLabelledRatio: z.number(),
  maxTitleShare: z.number(),
});
export type Thresholds = z.infer<typeof thresholdsSchema>;

export const highconfPreviewSchema = z.object({
  total: z.int(),
  kept: z.int(),
  /** Pages lost to each rule in order: the waterfall. */
  waterfall: z.array(z.object({ code: z.string(), title: z.string(), lost: z.int(), left: z.int() })),
  rejected: z.array(z.object({ pageNum, reasons: z.array(z.string()), nearMiss: z.boolean() })),
  keptPages: z.array(pageNum),
  relaxation: z.array(z.object({ level: z.int(), thresholds: thresholdsSchema, kept: z.int() })),
});
export type HighconfPreview = z.infer<typeof highconfPreviewSchema>;

/** A hyperparameter as the training form shows it, made from the one options schema. */
export const optionFieldSchema = z.object({
  name: z.string(),
  title: z.string(),
  description: z.string(),
  unit: z.string().nullable(),
  kind: z.enum(['number', 'integer', 'boolean', 'choice', 'text']),
  choices: z.array(z.string()),
  defaultValue: z.unknown(),
});

/** An action of the window as the native menu of the desktop shows it. */
export const menuEntrySchema = z.object({
  id: z.string().regex(/^[\w.:-]{1,64}$/),
  title: z.string().max(100),
  group: z.string().regex(/^[\w-]{1,16}$/),
  /** A chord like "mod+shift+z", or null. */
  key: z
    .string()
    .regex(/^[^\s]{1,32}$/)
    .nullable(),
  enabled: z.boolean(),
  /** State of a toggle; null for what is none. */
  checked: z.boolean().nullable(),
});
export type MenuEntry = z.infer<typeof menuEntrySchema>;

/** One line of the review queue: what is probably wrong with it, and how far it is settled. */
export const reviewLineSchema = z.object({
  pageNum,
  line: z.int(),
  wordIndices: z.array(z.int().min(0)),
  text: z.string(),
  reason: z.enum(['label-error', 'disagreement', 'uncertain', 'rare']),
  because: z.string(),
  worth: z.number(),
  /** Label ids of its words when the queue was made, and what the model suggests. */
  current: z.array(labelId),
  suggested: z.array(labelId),
  margin: z.number(),
  /** Whether a person has decided about every word of it since. */
  decided: z.boolean(),
  /** Words that have another label now. */
  changed: z.int(),
});
export type ReviewLine = z.infer<typeof reviewLineSchema>;

const ruleWeights = z.record(z.string().max(64), z.number().min(0).max(10));
/** What one weak rule does to the book. */
export const ruleReportSchema = z.object({
  rule: z.string(),
  lines: z.int(),
  coverage: unit,
  overlaps: unit,
  conflicts: unit,
  agreement: unit,
  accuracy: unit.nullable(),
  goldLines: z.int(),
  meanWeight: z.number(),
  labels: z.array(z.string()),
});
export type RuleReport = z.infer<typeof ruleReportSchema>;

const nothing = z.object({});
const jobStarted = z.object({ jobId: relativeId });

/** Every call: what goes in and what comes out. */
export const calls = {
  ...recipeCallsContract,
  ...importCallsContract,
  ...retrainCallsContract,
  'app.info': {
    input: nothing,
    output: z.object({
      version: z.string(),
      versions: z.record(z.string(), z.string()),
      devices: z.array(deviceSchema),
      transport: z.enum(['electron', 'http']),
      platform: z.string(),
      cores: z.int(),
      memoryBytes: z.number(),
      licences: z.array(z.object({ name: z.string(), licence: z.string(), note: z.string() })),
    }),
  },
  'settings.get': {
    input: nothing,
    output: z.object({
      theme: z.enum(['system', 'light', 'dark', 'contrast']),
      keys: z.record(z.string(), z.string()),
      reduceMotion: z.boolean(),
    }),
  },
  'settings.set': {
    input: z.object({
      theme: z.enum(['system', 'light', 'dark', 'contrast']).optional(),
      keys: z.record(z.string(), z.string()).optional(),
      reduceMotion: z.boolean().optional(),
    }),
    output: nothing,
  },

  /** Puts the window's actions into the native menu; `shown` is false where there is none (browser). */
  'app.menu': {
    input: z.object({ entries: z.array(menuEntrySchema).max(300) }),
    output: z.object({ shown: z.boolean() }),
  },

  /** null when no project is open: the first screen. */
  'project.current': {
    input: nothing,
    output: z.object({
      project: projectInfoSchema.nullable(),
      recent: z.array(
        z.object({ id: z.string(), name: z.string(), folder: z.string(), missing: z.boolean() }),
      ),
    }),
  },
  /** Makes (if needed) and opens the demo project; a job when it has to be made. */
  'project.openDemo': {
    input: z.object({ pages: z.int().min(8).max(2000).default(120) }),
    output: z.object({ project: projectInfoSchema.nullable(), jobId: relativeId.nullable() }),
  },
  'project.openRecent': { input: z.object({ id: z.string() }), output: projectInfoSchema },
  /** Desktop: a folder dialog in main; browser: a folder below the one `galley serve` was started with, chosen by name. */
  'project.choose': {
    input: z.object({
      name: z.string().max(4096).optional(),
      /** What the person is after: a project or dataset to go on with, or a folder of pages that is not labelled yet. */
      purpose: z.enum(['open', 'import']).default('open'),
    }),
    output: z.object({
      project: projectInfoSchema.nullable(),
      choices: z.array(z.string()),
      /** A folder of scans or other programs' files: for `import.plan` and `import.start`. */
      importId: relativeId.optional(),
    }),
  },
  /**
   * Writes in this window from now on: takes the pen from another window of this workbench, or the project's lock where
   * the workbench that had it is gone.
   */
  'project.takeOver': { input: nothing, output: projectInfoSchema },

  'pages.list': { input: nothing, output: z.object({ pages: z.array(pageSummarySchema) }) },
  /** Page numbers whose text holds the words (case-insensitive). */
  'pages.search': {
    input: z.object({ text: z.string().max(200) }),
    output: z.object({ pageNums: z.array(pageNum) }),
  },
  'pages.get': { input: z.object({ pageNum }), output: pageDetailSchema },
  /** Predicts one page with the warm model now (usable while training runs). */
  'pages.predict': { input: z.object({ pageNum, modelId: relativeId.optional() }), output: pageDetailSchema },
  /** Recipes of a page from one label source. */
  'pages.recipes': {
    input: z.object({ pageNum, source: sourceSchema }),
    output: z.object({ recipes: z.array(recipeSchema) }),
  },
  /** Predictions JSON of a page as `galley predict` writes it. */
  'pages.predictionsJson': {
    input: z.object({ pageNum }),
    output: z.object({ json: z.string().nullable() }),
  },

  /** Appends deltas to the journal; all or none. Rejects a stale `before`. */
  'annotations.apply': {
    input: z.object({ deltas: z.array(deltaSchema).min(1).max(10_000) }),
    output: z.object({ savedAt: z.string(), revisions: z.array(z.object({ pageNum, revision: z.int() })) }),
  },
  /** The journal's tail, to rebuild undo after a reload. */
  'annotations.history': {
    input: z.object({ limit: z.int().min(1).max(10_000).default(1000) }),
    output: z.object({ deltas: z.array(deltaSchema) }),
  },
  /**
   * Gold labels from the dataset's own column, or from a file in the format of `labels.jsonl` (in parts of whole lines).
   * Words that are decided already stay as they are.
   */
  'annotations.import': {
    input: z.union([
      z.object({ from: z.literal('dataset') }),
      z.object({ from: z.literal('text'), jsonl: z.string().max(6_000_000) }),
      /** Takes the last import back, where its words were not labelled anew since; known until the project is closed. */
      z.object({ from: z.literal('undo') }),
    ]),
    output: z.object({
      pages: z.int(),
      words: z.int(),
      /** Words that had a decision already. */
      kept: z.int(),
      /** Pages left out, each with the reason. */
      skipped: z.array(z.string()),
    }),
  },

  'train.form': { input: nothing, output: z.object({ fields: z.array(optionFieldSchema) }) },
  /** Pre-flight: what a start would do, cost and stumble over. */
  'train.plan': {
    input: z.object({
      options: z.record(z.string(), z.unknown()),
      /** Whether the command is to be that of the whole experiment. */
      experiment: z.boolean().default(false),
    }),
    output: z.object({
      stages: z.array(
        z.object({
          stage: z.enum(['A', 'B']),
          dataset: z.string(),
          pages: z.int(),
          evalPages: z.int(),
          windows: z.int(),
          steps: z.int(),
          labelCounts: z.record(z.string(), z.int()),
          findings: z.array(z.object({ severity: z.enum(['error', 'warning']), message: z.string() })),
        }),
      ),
      parameters: z.int(),
      memoryBytes: z.number().nullable(),
      /** Of the graphics card; null where the processor computes. */
      cardBytes: z.number().nullable(),
      secondsPerStep: z.number().nullable(),
      totalSeconds: z.number().nullable(),
      device: z.string(),
      command: z.string(),
    }),
  },
  'train.start': {
    input: z.object({ options: z.record(z.string(), z.unknown()), experiment: z.boolean().default(false) }),
    output: jobStarted,
  },
  'train.history': {
    input: z.object({ runId: relativeId }),
    output: z.object({ points: z.array(historyPointSchema), evaluations: z.array(evaluationSchema) }),
  },
  /** Tokens behind one cell of a confusion matrix of the latest evaluation. */
  'train.confusionCell': {
    input: z.object({ runId: relativeId, reference: z.string(), predicted: z.string() }),
    output: z.object({
      tokens: z.array(z.object({ pageNum, index: z.int(), text: z.string(), confidence: z.number() })),
    }),
  },

  'jobs.list': { input: nothing, output: z.object({ jobs: z.array(jobSchema) }) },
  /** pause keeps the model in memory; stop-and-save writes a checkpoint; just-stop does not. */
  'jobs.control': {
    input: z.object({
      jobId: relativeId,
      action: z.enum(['pause', 'resume', 'stop-and-save', 'just-stop', 'dismiss']),
    }),
    output: nothing,
  },
  /** Goes on from the last whole checkpoint, or starts anew from those weights. */
  'jobs.continue': {
    input: z.object({ runId: relativeId, how: z.enum(['resume', 'start-from-weights']) }),
    output: jobStarted,
  },

  'predict.pages': {
    input: z.object({ modelId: relativeId.optional(), pageNums: z.array(pageNum).optional() }),
    output: jobStarted,
  },
  /** Overlay PNGs and predictions JSON into the project's exports folder. */
  'export.pages': {
    input: z.object({
      pageNums: z.array(pageNum).optional(),
      source: sourceSchema,
      overlay: z.boolean(),
      json: z.boolean(),
    }),
    output: jobStarted,
  },

  /** The model of a run as a folder that runs without Galley (ONNX, tokenizer, card), into the project's exports folder. */
  'runs.exportModel': {
    input: z.object({ runId: relativeId }),
    output: jobStarted,
  },

  /** The lines whose correction is worth most, as last asked for; null before that. */
  'review.queue': {
    input: nothing,
    output: z.object({
      queue: z
        .object({
          madeAt: z.string(),
          model: z.string(),
          /** Models that judged pages they had not seen; 0: one model judged all. */
          folds: z.int(),
          pages: z.int(),
          items: z.array(reviewLineSchema),
        })
        .nullable(),
    }),
  },
  /** Lets a model judge every page and orders the lines anew. */
  'review.start': {
    input: z.object({
      modelId: relativeId.optional(),
      /** 2 and more: for each part of the pages a model is trained on the others, and judges that part. */
      folds: z.int().min(0).max(10).default(0),
    }),
    output: jobStarted,
  },

  /** What each weak rule does, and what other weights would change; writes nothing. Weights: factors, 1 as made, 0 off. */
  'rules.inspect': {
    input: z.object({ weights: ruleWeights.optional() }),
    output: z.object({
      rules: z.array(ruleReportSchema),
      change: z.object({
        words: z.int(),
        pages: z.array(z.object({ pageNum, words: z.int() })),
        moves: z.array(z.object({ from: z.string(), to: z.string(), words: z.int() })),
      }),
      /** Pages of the high-confidence set under the preset, before and after. */
      highconf: z.object({
        before: z.int(),
        after: z.int(),
        /** Pages that come into the set, and that leave it. */
        added: z.array(pageNum),
        removed: z.array(pageNum),
      }),
      /** Words with gold labels, and how many of them the rules label so, before and after. */
      gold: z.object({ words: z.int(), before: z.int(), after: z.int() }),
      pages: z.int(),
      saved: ruleWeights,
      weights: ruleWeights,
    }),
  },
  /** Labels the weakly labelled pages anew with these weights, and keeps them for the project. */
  'rules.apply': { input: z.object({ weights: ruleWeights }), output: jobStarted },

  'highconf.preview': {
    input: z.object({ thresholds: thresholdsSchema.optional() }),
    output: z.object({
      thresholds: thresholdsSchema,
      preview: highconfPreviewSchema,
      current: z.object({ pages: z.array(pageNum), report: z.string().nullable() }),
    }),
  },
  'highconf.regenerate': {
    input: z.object({ thresholds: thresholdsSchema.optional(), minPages: z.int().min(1).default(25) }),
    output: jobStarted,
  },

  'runs.list': { input: nothing, output: z.object({ runs: z.array(runSchema) }) },
  'runs.report': {
    input: z.object({ runId: relativeId }),
    output: z.object({ markdown: z.string().nullable() }),
  },
  /** A picture of a run that its report shows, by the path in the report. */
  'runs.image': {
    input: z.object({ runId: relativeId, path: z.string().min(1).max(512) }),
    output: z.object({ type: z.enum(['image/png', 'image/jpeg']), base64: z.string() }),
  },
  /** Moves the run to the project's trash; `runs.restore` brings it back. */
  'runs.delete': { input: z.object({ runId: relativeId }), output: nothing },
  'runs.restore': { input: z.object({ runId: relativeId }), output: nothing },
  /** Opens a folder of the project in the system's file manager; false where there is none (browser). */
  'app.reveal': {
    input: z.object({ what: z.enum(['project', 'run', 'exports']), id: relativeId.optional() }),
    output: z.object({ opened: z.boolean(), folder: z.string() }),
  },
} as const satisfies Record<string, { input: z.ZodType; output: z.ZodType }>;

/** Calls that change nothing of the project: a window that may only read may make them. */
export const readingCalls: ReadonlySet<string> = new Set([
  'app.info',
  'settings.get',
  'settings.set',
  'project.current',
  'project.takeOver',
  'pages.list',
  'pages.search',
  'pages.get',
  'pages.predict',
  'pages.recipes',
  'recipes.list',
  'recipes.text',
  'pages.predictionsJson',
  'annotations.history',
  'train.form',
  'train.plan',
  'train.history',
  'train.confusionCell',
  'jobs.list',
  'review.queue',
  'rules.inspect',
  'highconf.preview',
  'runs.list',
  'runs.report',
  'runs.comparison',
  'retrain.plan',
  'runs.image',
  'app.reveal',
] satisfies (keyof typeof calls)[]);

export type CallName = keyof typeof calls;
export type CallInput<N extends CallName> = z.input<(typeof calls)[N]['input']>;
export type CallOutput<N extends CallName> = z.output<(typeof calls)[N]['output']>;

/** Every event the workbench sends to its windows. */
export const events = {
  'job.changed': jobSchema,
  'train.point': z.object({ runId: relativeId, point: historyPointSchema }),
  'train.evaluation': z.object({ runId: relativeId, evaluation: evaluationSchema }),
  'project.changed': z.object({ project: projectInfoSchema.nullable() }),
  /** Summaries of these pages changed (labels, predictions, high-confidence set). */
  'pages.changed': z.object({ pages: z.array(pageSummarySchema) }),
  'engine.state': z.object({
    state: z.enum(['ready', 'restarting', 'crashed']),
    message: z.string().nullable(),
  }),
  /** Somebody chose an action in the native menu. */
  'menu.run': z.object({ id: z.string() }),
} as const satisfies Record<string, z.ZodType>;

export type EventName = keyof typeof events;
export type EventPayload<N extends EventName> = z.output<(typeof events)[N]>;

/** An error as it crosses a transport. */
export const errorSchema = z.object({
  code: z.string(),
  message: z.string(),
  where: z.string().nullable(),
  hint: z.string().nullable(),
});
export type ContractError = z.infer<typeof errorSchema>;

/** What the window is given, whichever transport carries it. */
export interface WorkbenchApi {
  call<N extends CallName>(name: N, input: CallInput<N>): Promise<CallOutput<N>>;
  on<N extends EventName>(name: N, listener: (payload: EventPayload<N>) => void): () => void;
  /** Address of a page's scan, scaled to at most `width` device pixels; opaque to the window. */
  pageImageUrl(pageNum: number, width?: number): string;
  /** Browser: copies a file to the folder that `import.receive` made; `path` is relative to it, with slashes. */
  sendFile?(importId: string, path: string, file: Blob): Promise<void>;
  /** Desktop: plans an import of dropped files and folders, where they lie. */
  importDropped?(files: readonly Blob[]): Promise<CallOutput<'project.choose'>>;
}
