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
  /** The first of those that cannot be read, by their path in the folder. */
  refused: z.array(z.object({ source: z.string(), reason: z.string() })),
  refusedCount: z.int(),
  passedOver: z.array(z.object({ reason: z.string(), files: z.int() })),
});
export type ImportPlan = z.infer<typeof importPlanSchema>;

export const importCallsContract = {
  /** What importing a folder chosen with `project.choose` would do; nothing is written. */
  'import.plan': { input: z.object({ importId }), output: importPlanSchema },
  /** Imports it into a project of its own beside the files, and opens that at the end. */
  'import.start': {
    input: z.object({
      importId,
      deskew: z.boolean().default(false),
      crop: z.boolean().default(false),
      repair: z.boolean().default(true),
      valFraction: z.number().min(0).max(0.5).default(0.15),
    }),
    output: z.object({ jobId: importId }),
  },
} as const satisfies Record<string, { input: z.ZodType; output: z.ZodType }>;
