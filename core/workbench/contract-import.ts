/** The part of the contract that is about importing scans and other programs' files; no Node code here. */
import { z } from 'zod';

const importId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/, 'an id, never a path');

/** Where a plan leads; the paths are shown to the person only, the window never sends them back. */
export const importPlanSchema = z.object({
  folder: z.string(),
  outDir: z.string(),
  /** By kind of source; pages as far as they are known before reading. */
  kinds: z.array(z.object({ kind: z.string(), files: z.int(), pages: z.int() })),
  /** Items that are to be read; the others the new project has already. */
  toRead: z.int(),
  stored: z.int(),
  /** Those among `toRead` that the project has, read from another state of the file or with other settings. */
  changed: z.int(),
  /** Pictures and PDF pages, for `import.preview`. */
  scans: z.int(),
  /** The first of those that cannot be read, by their path in the folder. */
  refused: z.array(z.object({ source: z.string(), reason: z.string() })),
  refusedCount: z.int(),
  passedOver: z.array(z.object({ reason: z.string(), files: z.int() })),
});
export type ImportPlan = z.infer<typeof importPlanSchema>;

const scanSwitches = {
  deskew: z.boolean().default(false),
  crop: z.boolean().default(false),
  repair: z.boolean().default(true),
};

export const importCallsContract = {
  /**
   * A folder for copies of what was dropped on the window of a browser, which cannot say where files lie. The files
   * follow by `WorkbenchApi.sendFile`.
   */
  'import.receive': {
    /** What the folder is to be called like. */
    input: z.object({ name: z.string().min(1).max(200) }),
    output: z.object({ importId }),
  },
  /** What importing a folder chosen with `project.choose` would do; nothing is written. */
  'import.plan': { input: z.object({ importId, ...scanSwitches }), output: importPlanSchema },
  /** One scan of the plan, as it is and as the switches would make it. */
  'import.preview': {
    input: z.object({
      importId,
      /** Which of the plan's scans, from 0. */
      scan: z.int().min(0).max(1_000_000),
      deskew: z.boolean(),
      crop: z.boolean(),
    }),
    output: z.object({
      title: z.string(),
      /** Degrees the lines fall to the right. */
      skew: z.number(),
      /** Left, top, right, bottom of what is kept, shares 0..1. */
      block: z.tuple([z.number(), z.number(), z.number(), z.number()]),
      /** PNG, base64. */
      before: z.base64(),
      after: z.base64(),
    }),
  },
  /** The labels that the plan's files carry, and the project's own to map them to. */
  'import.labels': {
    input: z.object({ importId }),
    output: z.object({
      labels: z.array(z.object({ label: z.string(), words: z.int() })),
      more: z.boolean(),
      own: z.array(z.string()),
    }),
  },
  /** Imports it into a project of its own beside the files, and opens that at the end. */
  'import.start': {
    input: z.object({
      importId,
      ...scanSwitches,
      /** Labels of the files by what they become; null leaves their words undecided. Others stay as they are. */
      labels: z.record(z.string().min(1).max(200), z.string().min(1).max(200).nullable()).default({}),
      valFraction: z.number().min(0).max(0.5).default(0.15),
    }),
    output: z.object({ jobId: importId }),
  },
} as const satisfies Record<string, { input: z.ZodType; output: z.ZodType }>;
