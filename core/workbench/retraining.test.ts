import { expect, it } from 'vitest';
import { retrainJobInput, retrainSettings } from './retraining.ts';
import type { Runs } from './runs.ts';
import type { Session } from './session.ts';

const models = [
  { id: 'run-2', dir: '/p/runs/run-2/final', runId: 'run-2' },
  { id: 'model.old', dir: '/p/models/old', runId: null },
];
const session = {
  models,
  model: (id: string) => models.find((m) => m.id === id),
  project: { places: { full: '/p/full' } },
  journal: { pages: () => [4], gold: () => [1, -1] },
} as unknown as Session;
const runs = {
  read: async () => ({
    kind: 'train',
    options: {
      batch_size: 4,
      token_masking: 0.3,
      learning_rate: 1e-4,
      learning_rate_stageB: 2e-4,
      max_steps: 9,
    },
  }),
} as unknown as Runs;
const places = {
  full: '/p/runs/r/full',
  highconf: '-',
  models: '/p/runs/r/models',
  reports: '/p/runs/r/reports',
};

it('goes on from the latest model as its run was trained, for epochs of its own', async () => {
  const settings = await retrainSettings({}, session, runs);
  expect(settings).toMatchObject({
    stage: 'full',
    model: 'run-2',
    batch_size: 4,
    token_masking: 0.3,
    learning_rate: 2e-4,
    num_train_epochs_stageB: 2,
    max_steps: -1,
  });
  const { options, window } = await retrainJobInput(settings, places, '/p/runs/r', session);
  expect(options).toMatchObject({
    dataset_dir: '/p/full',
    model_dir: '/p/runs/run-2/final',
    num_train_epochs: 2,
    learning_rate: 2e-4,
    batch_size: 4,
  });
  expect(window.training).toMatchObject({ token_masking: 0.3 });
  expect(window.places).toMatchObject({ dataset: '/p/runs/r/full', comparison: '/p/runs/r' });
  expect(window.decided.get(4)).toEqual([1, -1]);
});

it('takes the defaults of the window for a model that no run made', async () => {
  const settings = await retrainSettings({ model: 'model.old', num_train_epochs: 5 }, session, runs);
  expect(settings).toMatchObject({ model: 'model.old', num_train_epochs_stageB: 5, batch_size: 2 });
});
