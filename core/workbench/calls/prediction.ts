import { GalleyError } from '../../errors/galley-error.ts';
import type { Context, Handlers } from '../context.ts';
import { exportFolder } from '../export-folder.ts';
import { pageToPredict } from '../page-to-predict.ts';
import type { Session } from '../session.ts';

const SOURCES = {
  weak: { source: 'weak', by: 'weak labels' },
  gold: { source: 'gold', by: 'gold labels' },
  predicted: { source: 'prediction', by: '' },
  diff: { source: 'prediction', by: '' },
} as const;

/** The model that is to predict, shown from now on. */
async function modelShown(context: Context, session: Session, modelId: string | undefined) {
  const model = session.model(modelId);
  let store = session.pages.predictions;
  if (store?.modelId !== model.id || !(await store.isCurrent(model.dir))) {
    store = await session.showModel(model);
    context.emit('pages.changed', { pages: session.pages.summaries() });
  }
  return { model, store };
}

export function predictionCalls(context: Context): Handlers {
  return {
    'pages.predict': async ({ pageNum, modelId }) => {
      const session = context.session();
      const page = session.pages.book.page(pageNum);
      const { model, store } = await modelShown(context, session, modelId);
      const { predictions } = await context.engine.predict({
        modelDir: model.dir,
        stamp: store.stamp,
        device: 'auto',
        pages: [pageToPredict(page)],
      });
      await store.add(predictions[0]);
      context.emit('pages.changed', { pages: [session.pages.summary(pageNum)] });
      return session.pages.detail(pageNum);
    },
    'predict.pages': async ({ modelId, pageNums }) => {
      const session = context.session();
      session.requireWritable();
      const { model, store } = await modelShown(context, session, modelId);
      const { entries } = session.pages.book;
      const wanted = (pageNums ?? [...entries.keys()]).map((n) => session.pages.book.entry(n));
      if (wanted.length === 0) throw new GalleyError('usage', 'there are no pages to predict');
      const jobId = context.board.start({
        kind: 'predict',
        title: `Predict ${wanted.length} ${wanted.length === 1 ? 'page' : 'pages'}`,
        what: 'loading the model',
        run: async (handle) => {
          let writing: Promise<unknown> = Promise.resolve();
          let failure: unknown = null;
          const job = context.engine.run(
            'predictPages',
            {
              modelDir: model.dir,
              datasetDir: session.project.places.full,
              device: 'auto',
              pages: wanted.map(({ split, row }) => ({ split, row })),
            },
            (event) => {
              if (event.type === 'progress') handle.progress(event);
              else if (event.type === 'warning') handle.warn(event.message);
              else if (event.type === 'predicted')
                writing = writing
                  .then(() => store.add(event.predictions))
                  .then(() => {
                    if (context.current() === session && session.pages.predictions === store)
                      context.emit('pages.changed', {
                        pages: [session.pages.summary(event.predictions.page_num)],
                      });
                  })
                  .catch((error) => {
                    failure ??= error;
                  });
            },
          );
          handle.attach(job.tell);
          try {
            await job.done;
          } finally {
            await writing;
          }
          if (failure) throw failure;
        },
      });
      return { jobId };
    },
    'export.pages': ({ pageNums, source, overlay, json }) => {
      const session = context.session();
      session.requireWritable();
      if (!overlay && !json)
        throw new GalleyError('usage', 'nothing to export: choose overlays, predictions, or both');
      const { pages, project } = session;
      const entries = (pageNums ?? [...pages.book.entries.keys()]).map((n) => pages.book.entry(n));
      const { source: drawn, by } = SOURCES[source];
      const found = entries.flatMap(({ pageNum, split, row }) => {
        const labels = pages.labels(pageNum, source);
        return labels ? [{ pageNum, split, row, labels: labels.ids, confidence: labels.confidence }] : [];
      });
      const left = entries.length - found.length;
      if (found.length === 0)
        throw new GalleyError('usage', `none of these pages has ${by || 'predictions'}`, {
          hint: drawn === 'prediction' ? 'predict them first' : 'label them first',
        });
      const labelledBy = by || (pages.predictions?.modelId ?? 'model');
      const outDir = exportFolder(project.places.exports, source);
      const jobId = context.board.start({
        kind: 'export',
        title: `Export ${found.length} ${found.length === 1 ? 'page' : 'pages'}`,
        what: 'exporting pages',
        run: async (handle) => {
          if (left > 0) handle.warn(`${left} pages without ${by || 'predictions'} are left out`);
          const job = context.engine.run(
            'export',
            {
              datasetDir: project.places.full,
              outDir,
              source: drawn,
              labelledBy,
              overlay,
              json,
              pages: found,
            },
            (event) => {
              if (event.type === 'progress') handle.progress(event);
              else if (event.type === 'warning') handle.warn(event.message);
            },
          );
          handle.attach(job.tell);
          await job.done;
        },
      });
      return { jobId };
    },
  };
}
