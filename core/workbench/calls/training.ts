import type { Context, Handlers } from '../context.ts';
import { exportFolder } from '../export-folder.ts';
import { trainingForm } from '../training-options.ts';

export function trainingCalls(context: Context): Handlers {
  const training = () => context.training();
  return {
    'train.form': async () => ({ fields: await trainingForm(context.session()) }),
    'train.plan': ({ options, experiment }) => training().plan(options, experiment),
    'train.start': async ({ options, experiment }) => ({
      jobId: await training().start(options, experiment),
    }),
    'retrain.plan': (choices) => training().planRetraining(choices),
    'retrain.start': async (choices) => ({ jobId: await training().retrain(choices) }),
    'train.history': ({ runId }) => training().runs.history(runId),
    'train.confusionCell': async ({ runId, reference, predicted }) => ({
      tokens: await context.cells.find(context.session(), training().runs, runId, reference, predicted),
    }),
    'jobs.list': () => ({ jobs: context.board.list() }),
    'jobs.control': ({ jobId, action }) => {
      context.board.control(jobId, action);
      return {};
    },
    'jobs.continue': async ({ runId, how }) => ({ jobId: await training().continue(runId, how) }),
    'runs.list': async () => ({ runs: context.current() ? await training().runs.list() : [] }),
    'runs.report': async ({ runId }) => ({ markdown: await training().runs.report(runId) }),
    'runs.comparison': async ({ runId }) => ({ comparison: await training().runs.comparison(runId) }),
    'runs.exportModel': async ({ runId }) => {
      const session = context.session();
      session.requireWritable();
      const modelDir = await training().runs.latestWeights(runId);
      const outDir = exportFolder(session.project.places.exports, 'model');
      const jobId = context.board.start({
        kind: 'export',
        title: 'Export a model',
        what: 'writing a model',
        run: async (handle) => {
          const flags = {
            model_dir: modelDir,
            out_dir: outDir,
            precision: 'both' as const,
            with_weights: false,
            overwrite: false,
            dry_run: false,
          };
          const job = context.engine.run('exportModel', flags, (event) => {
            if (event.type === 'progress') handle.progress(event);
            else if (event.type === 'warning') handle.warn(event.message);
          });
          handle.attach(job.tell);
          await job.done;
        },
      });
      return { jobId };
    },
    'runs.image': ({ runId, path }) => training().runs.image(runId, path),
    'runs.delete': async ({ runId }) => {
      const session = context.session();
      session.requireWritable();
      context.requireNoJobOf(runId);
      await training().runs.remove(runId);
      await session.refreshModels();
      context.emit('project.changed', { project: session.info() });
      return {};
    },
    'runs.restore': async ({ runId }) => {
      const session = context.session();
      session.requireWritable();
      await training().runs.restore(runId);
      await session.refreshModels();
      context.emit('project.changed', { project: session.info() });
      return {};
    },
  };
}
