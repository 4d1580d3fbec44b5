import { Play, TriangleAlert } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { CallOutput, ContractError } from '../../../core/workbench/contract.ts';
import { asContractError } from '../../api/errors.ts';
import { formatDuration, t } from '../../messages/index.ts';
import { useGalley, useWorkbench } from '../../state/context.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Failure } from '../../ui/empty.tsx';
import { Select } from '../../ui/select.tsx';
import { liveTraining, trainStore } from '../train/train-store.ts';
import styles from './train-on-corrected.module.css';

type Outlook = CallOutput<'retrain.plan'>;

const EPOCHS = ['1', '2', '3', '5', '8'] as const;
type Epochs = (typeof EPOCHS)[number];

/** The round trip: asks with its cost, trains on from the last model, and shows it running. */
export function TrainOnCorrected({ primary }: { readonly primary?: boolean }) {
  const [asked, setAsked] = useState(false);
  const readOnly = useGalley((state) => state.project?.readOnly === true);
  const hasModel = useGalley((state) => (state.project?.models.length ?? 0) > 0);
  const training = useGalley((state) => liveTraining(state.jobs) !== undefined);
  return (
    <>
      <Button
        kind={primary ? 'primary' : 'plain'}
        icon={Play}
        disabled={readOnly || training || !hasModel}
        title={t('review.retrain.note')}
        onClick={() => setAsked(true)}
      >
        {t('review.retrain')}
      </Button>
      <Dialog title={t('retrain.title')} open={asked} onClose={() => setAsked(false)}>
        <Retraining onClose={() => setAsked(false)} />
      </Dialog>
    </>
  );
}

function Retraining({ onClose }: { onClose(): void }) {
  const workbench = useWorkbench();
  const { api, store } = workbench;
  const [epochs, setEpochs] = useState<Epochs>('2');
  const [outlook, setOutlook] = useState<Outlook | null>(null);
  const [error, setError] = useState<ContractError | null>(null);
  const [starting, setStarting] = useState(false);
  // Epochs only multiply what one was measured to take.
  useEffect(() => {
    let wanted = true;
    api.call('retrain.plan', { num_train_epochs: 1 }).then(
      (found) => wanted && setOutlook(found),
      (cause: unknown) => wanted && setError(asContractError(cause)),
    );
    return () => {
      wanted = false;
    };
  }, [api]);
  const start = async () => {
    setStarting(true);
    try {
      await api.call('retrain.start', { num_train_epochs: Number(epochs) });
      await store.getState().loadJobs();
      trainStore(workbench).getState().show({ view: 'watch', chosenRun: null });
      onClose();
      store.getState().show({ area: 'train' });
    } catch (cause) {
      setError(asContractError(cause));
      setStarting(false);
    }
  };
  return (
    <div className={styles.body}>
      {error ? (
        <Failure title={t('retrain.failed')} error={error} />
      ) : outlook ? (
        <Told outlook={outlook} epochs={Number(epochs)} />
      ) : (
        <p className={styles.quiet} role="status">
          {t('retrain.planning')}
        </p>
      )}
      <div className={styles.foot}>
        <Select<Epochs>
          label={t('retrain.epochs')}
          value={epochs}
          options={EPOCHS.map((value) => ({ value, title: value }))}
          onChange={setEpochs}
        />
        <span className={styles.space} />
        <Button onClick={onClose}>{t('retrain.cancel')}</Button>
        <Button
          kind="primary"
          icon={Play}
          disabled={!outlook || outlook.gold.train.words === 0 || starting || error !== null}
          onClick={() => void start()}
        >
          {t('retrain.start')}
        </Button>
      </div>
    </div>
  );
}

function Told({ outlook, epochs }: { readonly outlook: Outlook; readonly epochs: number }) {
  const { gold, reference, learned_before: learned, pages, model } = outlook;
  const steps = outlook.steps * epochs;
  const warnings = [
    gold.train.words === 0 && t('retrain.learns.none'),
    reference === 'weak' && t('retrain.compares.weak', { pages }),
    learned === null && t('comparison.unknown'),
    learned &&
      learned.length > 0 &&
      t('comparison.seen', { count: learned.length, pages: learned.slice(0, 12).join(', ') }),
  ].filter((text) => typeof text === 'string');
  return (
    <div className={styles.told}>
      {gold.train.words > 0 && (
        <p>{t('retrain.learns', { words: gold.train.words, pages: gold.train.pages, model })}</p>
      )}
      {reference === 'gold' && <p>{t('retrain.compares.gold', { pages, words: gold.validation.words })}</p>}
      {warnings.map((text) => (
        <p key={text} className={styles.warning}>
          <TriangleAlert size={15} aria-hidden />
          <span>{text}</span>
        </p>
      ))}
      <p className={styles.quiet}>
        {outlook.seconds === null
          ? t('retrain.cost.unknown', { steps })
          : t('retrain.cost', { steps, time: formatDuration(outlook.seconds * epochs) })}
      </p>
    </div>
  );
}
