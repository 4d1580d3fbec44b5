import { useEffect } from 'react';
import { useStore } from 'zustand';
import { t } from '../../messages/index.ts';
import { useGalley, useWorkbench } from '../../state/context.ts';
import { Area } from '../../ui/area.tsx';
import { Button } from '../../ui/button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { Setup } from './setup.tsx';
import { liveTraining, trainStore } from './train-store.ts';
import { Watch } from './watch.tsx';

/** Setting up a training, and watching it. */
export default function TrainArea() {
  const workbench = useWorkbench();
  const { store: galley } = workbench;
  const store = trainStore(workbench);
  const running = useGalley((state) => liveTraining(state.jobs) !== undefined);
  const attention = useGalley((state) =>
    state.jobs.some((job) => job.state === 'interrupted' && job.runId !== null),
  );
  const chosen = useStore(store, (state) => state.view);
  const empty = useGalley((state) => state.project?.pages === 0);
  const { show, loadForm, loadRuns, fields } = store.getState();
  useEffect(() => {
    if (!fields) void loadForm();
    void loadRuns();
  }, [fields, loadForm, loadRuns]);
  // Whoever watches a run goes on seeing it when it ends.
  useEffect(() => {
    if (chosen === null && (running || attention)) show({ view: 'watch' });
  }, [chosen, running, attention, show]);
  if (empty)
    return (
      <Area title={t('train.title')}>
        <Empty title={t('train.noPages.title')} text={t('train.noPages.text')}>
          <Button kind="primary" onClick={() => void galley.getState().chooseFolder('import')}>
            {t('first.import')}
          </Button>
        </Empty>
      </Area>
    );
  const view = chosen ?? (running || attention ? 'watch' : 'setup');
  return (
    <Area
      title={t('train.title')}
      middle={
        <Segmented
          label={t('train.view')}
          value={view}
          options={[
            { value: 'setup', title: t('train.view.setup') },
            { value: 'watch', title: t('train.view.watch') },
          ]}
          onChange={(next) => show({ view: next })}
        />
      }
    >
      {view === 'setup' ? <Setup store={store} /> : <Watch store={store} />}
    </Area>
  );
}
