import { Play } from 'lucide-react';
import { useState } from 'react';
import { asContractError } from '../../api/errors.ts';
import { t } from '../../messages/index.ts';
import { useGalley, useWorkbench } from '../../state/context.ts';
import { Button } from '../../ui/button.tsx';
import { trainStore } from '../train/train-store.ts';

/** Starts Stage B from the last model's weights, gold labels in its dataset, and shows it running. */
export function TrainOnCorrected({ primary }: { readonly primary?: boolean }) {
  const workbench = useWorkbench();
  const [starting, setStarting] = useState(false);
  const readOnly = useGalley((state) => state.project?.readOnly === true);
  // The project lists its latest model first.
  const model = useGalley((state) => state.project?.models[0]?.id);
  const training = useGalley((state) =>
    state.jobs.some(
      (job) =>
        (job.kind === 'train' || job.kind === 'experiment') &&
        (job.state === 'running' || job.state === 'paused'),
    ),
  );
  const start = async () => {
    const galley = workbench.store.getState();
    setStarting(true);
    try {
      await workbench.api.call('train.start', { options: { stage: 'full', model }, experiment: false });
      await galley.loadJobs();
      trainStore(workbench).getState().show({ view: 'watch', chosenRun: null });
      galley.show({ area: 'train' });
    } catch (error) {
      galley.toast(asContractError(error).message, { kind: 'error' });
      setStarting(false);
    }
  };
  return (
    <Button
      kind={primary ? 'primary' : 'plain'}
      icon={Play}
      disabled={readOnly || training || starting || model === undefined}
      title={t('review.retrain.note')}
      onClick={() => void start()}
    >
      {t('review.retrain')}
    </Button>
  );
}
