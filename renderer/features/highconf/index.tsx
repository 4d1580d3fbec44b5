import { RotateCcw, Square, Wand } from 'lucide-react';
import { useEffect } from 'react';
import { useStore } from 'zustand';
import type { Thresholds } from '../../../core/workbench/contract.ts';
import { t } from '../../messages/index.ts';
import { useGalley, useWorkbench } from '../../state/context.ts';
import { Area } from '../../ui/area.tsx';
import { Button } from '../../ui/button.tsx';
import { Empty, Failure } from '../../ui/empty.tsx';
import { Slider } from '../../ui/slider.tsx';
import { Comparison } from './comparison.tsx';
import styles from './highconf.module.css';
import { type HighconfStore, highconfStore } from './highconf-store.ts';
import { Rejected } from './rejected.tsx';
import { Relaxation } from './relaxation.tsx';
import { THRESHOLDS, thresholdText } from './thresholds.ts';
import { Waterfall } from './waterfall-chart.tsx';

const PREVIEW_AFTER_MS = 180;

/** Which pages to trust with the first stage: thresholds, and what they do to the book. */
export default function HighconfArea() {
  const store = highconfStore(useWorkbench());
  const { answer, error, asking, chosen } = useStore(store);
  const { preview } = store.getState();
  // biome-ignore lint/correctness/useExhaustiveDependencies: other thresholds are another preview
  useEffect(() => {
    const timer = setTimeout(() => void preview(), answer ? PREVIEW_AFTER_MS : 0);
    return () => clearTimeout(timer);
  }, [preview, chosen]);
  if (error && !answer)
    return (
      <Area title={t('highconf.title')}>
        <Failure title={t('highconf.failed')} error={error}>
          <Button kind="primary" onClick={() => void preview()}>
            {t('highconf.retry')}
          </Button>
        </Failure>
      </Area>
    );
  if (!answer)
    return (
      <Area title={t('highconf.title')}>
        <p className={styles.loading} role="status">
          {t('highconf.loading')}
        </p>
      </Area>
    );
  if (answer.preview.total === 0)
    return (
      <Area title={t('highconf.title')}>
        <Empty title={t('highconf.empty.title')} text={t('highconf.empty.text')} />
      </Area>
    );
  return (
    <Area title={t('highconf.title')} middle={<p className={styles.lead}>{t('highconf.lead')}</p>}>
      <div className={styles.columns}>
        <aside className={styles.side} aria-label={t('highconf.thresholds')}>
          <ThresholdForm store={store} thresholds={chosen ?? answer.thresholds} />
          <Regenerate store={store} />
        </aside>
        <div className={styles.main} aria-busy={asking}>
          {error && (
            <p className={styles.error} role="alert">
              {error.message}
            </p>
          )}
          <Waterfall preview={answer.preview} />
          <div className={styles.halves}>
            <Rejected preview={answer.preview} />
            <div>
              <Relaxation store={store} />
              <Comparison store={store} />
            </div>
          </div>
        </div>
      </div>
    </Area>
  );
}

interface ThresholdFormProps {
  readonly store: HighconfStore;
  readonly thresholds: Thresholds;
}

function ThresholdForm({ store, thresholds }: ThresholdFormProps) {
  const chosen = useStore(store, (state) => state.chosen);
  const { set, reset } = store.getState();
  return (
    <div className={styles.thresholds}>
      <header className={styles.sideHead}>
        <h2>{t('highconf.thresholds')}</h2>
        {chosen && (
          <Button kind="quiet" icon={RotateCcw} onClick={reset}>
            {t('highconf.thresholds.reset')}
          </Button>
        )}
      </header>
      {THRESHOLDS.map((scale) => (
        <Slider
          key={scale.key}
          label={t(`highconf.threshold.${scale.key}`)}
          value={thresholds[scale.key]}
          min={0}
          max={scale.max}
          step={scale.step}
          shown={thresholdText(scale, thresholds[scale.key])}
          onChange={(value) => set({ [scale.key]: value })}
        />
      ))}
    </div>
  );
}

/** Writes the set, with progress. */
function Regenerate({ store }: { readonly store: HighconfStore }) {
  const workbench = useWorkbench();
  const { minPages, jobId } = useStore(store);
  const { want, regenerate, regenerated } = store.getState();
  const readOnly = useGalley((state) => state.project?.readOnly === true);
  const job = useGalley((state) =>
    state.jobs.findLast((j) =>
      jobId ? j.id === jobId : j.kind === 'regenerate' && (j.state === 'running' || j.state === 'paused'),
    ),
  );
  const state = job?.state;
  const mine = job !== undefined && job.id === jobId;
  useEffect(() => {
    if (!mine || state === 'running' || state === 'paused') return;
    void regenerated();
    const { toast } = workbench.store.getState();
    if (state === 'done') toast(t('highconf.regenerate.done'));
  }, [mine, state, regenerated, workbench]);
  const running = state === 'running' || state === 'paused';
  return (
    <div className={styles.regenerate}>
      <label className={styles.minPages}>
        <span>{t('highconf.minPages')}</span>
        <input
          type="number"
          min={1}
          value={minPages}
          disabled={running}
          onChange={(event) => want(Math.max(1, Math.round(event.target.valueAsNumber || 1)))}
        />
      </label>
      {running && job ? (
        <div className={styles.running} role="status">
          <progress max={job.total || 1} value={job.done} aria-label={t('highconf.regenerate')} />
          <span>{t('highconf.regenerate.running', { done: job.done, total: job.total })}</span>
          <Button
            icon={Square}
            onClick={() => void workbench.store.getState().controlJob(job.id, 'just-stop')}
          >
            {t('highconf.regenerate.stop')}
          </Button>
        </div>
      ) : (
        <Button kind="primary" large icon={Wand} disabled={readOnly} onClick={() => void regenerate()}>
          {t('highconf.regenerate')}
        </Button>
      )}
      {state === 'failed' && (
        <p className={styles.error} role="alert">
          {t('highconf.regenerate.failed', { reason: job?.error ?? '' })}
        </p>
      )}
      <p className={styles.note}>{t('highconf.regenerate.note')}</p>
    </div>
  );
}
