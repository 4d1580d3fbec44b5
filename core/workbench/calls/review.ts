import { join } from 'node:path';
import { z } from 'zod';
import { readJson, writeJsonWhole } from '../../files/files.ts';
import type { Context, Handlers } from '../context.ts';
import { type ReviewLine, reviewLineSchema } from '../contract.ts';
import type { Session } from '../session.ts';
import { chosenOptions } from '../training-options.ts';

/** Lines of a queue; more than anybody corrects before the model is trained again. */
const LINES = 300;
/** Lines of one page served before other pages have had theirs. */
const PER_PAGE = 6;

/** What each fold starts from: it knows the demo only, so that no fold has seen the pages it judges. */
const FOLDS_FROM = 'galley-nano';

const storedSchema = z.object({
  madeAt: z.string(),
  model: z.string(),
  folds: z.int().default(0),
  pages: z.int(),
  items: z.array(reviewLineSchema.omit({ decided: true, changed: true })),
});
type StoredQueue = z.infer<typeof storedSchema>;

const fileOf = (session: Session) => join(session.project.places.cache, 'review-queue.json');

/** The queue of a project as it was last made, or null. */
async function storedQueue(session: Session): Promise<StoredQueue | null> {
  const parsed = storedSchema.safeParse(await readJson(fileOf(session)).catch(() => null));
  return parsed.success ? parsed.data : null;
}

/** How far a line is settled by now. */
function withState(item: StoredQueue['items'][number], session: Session): ReviewLine {
  const gold = session.journal.gold(item.pageNum);
  const own = item.wordIndices.map((i) => gold?.[i] ?? -1);
  return {
    ...item,
    decided: own.every((id) => id >= 0),
    changed: own.filter((id, i) => id >= 0 && id !== item.current[i]).length,
  };
}

export function reviewCalls(context: Context): Handlers {
  return {
    'review.queue': async () => {
      const session = context.session();
      const stored = await storedQueue(session);
      if (!stored) return { queue: null };
      const { entries } = session.pages.book;
      const items = stored.items.filter(({ pageNum }) => entries.has(pageNum));
      return {
        queue: {
          madeAt: stored.madeAt,
          model: stored.model,
          folds: stored.folds,
          pages: stored.pages,
          items: items.map((item) => withState(item, session)),
        },
      };
    },
    'review.start': async ({ modelId, folds }) => {
      const session = context.session();
      session.requireWritable();
      const model = folds > 0 ? { id: FOLDS_FROM, dir: FOLDS_FROM } : session.model(modelId);
      if (folds > 0) context.requireNoTraining('the pages');
      // What the window trains with by default, which suits our own small model; epochs are the folds' own.
      const { model: _, stage: __, num_train_epochs_stageB: ___, ...training } = await chosenOptions({});
      const { journal, project } = session;
      const jobId = context.board.start({
        kind: 'review',
        title: 'Find the lines worth correcting',
        what: 'loading the model',
        run: async (handle) => {
          const job = context.engine.run(
            'review',
            {
              datasetDir: project.places.full,
              model: model.dir,
              folds,
              ...(folds > 0 ? { training } : {}),
              limit: LINES,
              perPage: PER_PAGE,
              skipGold: false,
              decided: new Map(journal.pages().map((n) => [n, journal.gold(n)!])),
              device: 'auto',
            },
            (event) => {
              if (event.type === 'progress') handle.progress(event);
              else if (event.type === 'warning') handle.warn(event.message);
            },
          );
          handle.attach(job.tell);
          const { items, pages } = await job.done;
          const stored: StoredQueue = {
            madeAt: new Date().toISOString(),
            model: model.id,
            folds,
            pages,
            items: structuredClone(items) as StoredQueue['items'],
          };
          await writeJsonWhole(fileOf(session), stored);
        },
      });
      return { jobId };
    },
  };
}
