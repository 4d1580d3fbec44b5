import { Play } from 'lucide-react';
import { useEffect } from 'react';
import { useStore } from 'zustand';
import { formatDuration, formatNumber, t } from '../../messages/index.ts';
import { useGalleyParts } from '../../state/context.ts';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Failure } from '../../ui/empty.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { optionsOf } from './form.ts';
import { formatBytes } from './format.ts';
import { OptionForm } from './option-form.tsx';
import styles from './setup.module.css';
import { StageCard } from './stage-card.tsx';
import { liveTraining, type TrainStore, type What } from './train-store.ts';

const PLAN_AFTER_MS = 450;
const TIGHT = 0.8;
const CHOICES: readonly What[] = ['A', 'B', 'both', 'experiment'];

/** What a start would do, with every setting of it. */
export function Setup({ store }: { readonly store: TrainStore }) {
  const { fields, fieldsError, typed, what } = useStore(store);
  const { loadForm, makePlan } = store.getState();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another choice is another plan
  useEffect(() => {
    const timer = setTimeout(() => void makePlan(), PLAN_AFTER_MS);
    return () => clearTimeout(timer);
  }, [makePlan, typed, what]);
  if (fieldsError)
    return (
      <Failure title={t('train.failed')} error={fieldsError}>
        <Button kind="primary" onClick={() => void loadForm()}>
          {t('train.retry')}
        </Button>
      </Failure>
    );
  if (!fields)
    return (
      <p className={styles.loading} role="status">
        {t('train.loading')}
      </p>
    );
  return (
    <div className={styles.setup}>
      <div className={styles.main}>
        <div className={styles.stages}>
          <StageCard stage="A" store={store} />
          <StageCard stage="B" store={store} />
        </div>
        <OptionForm store={store} fields={fields} />
      </div>
      <StartPanel store={store} />
    </div>
  );
}

function StartPanel({ store }: { readonly store: TrainStore }) {
  const { what, plan, planning, planError, starting, fields, typed } = useStore(store);
  const { choose, start } = store.getState();
  const { running, readOnly, memory } = useGalleyParts((state) => ({
    running: liveTraining(state.jobs) !== undefined,
    readOnly: state.project?.readOnly === true,
    memory: state.info?.memoryBytes ?? null,
  }));
  const invalid = !fields || optionsOf(fields, typed) === null;
  const blocked = plan?.stages.some((s) => s.findings.some((f) => f.severity === 'error')) ?? false;
  const reason = readOnly
    ? t('train.readOnly')
    : running
      ? t('train.start.running')
      : invalid
        ? t('train.start.invalid')
        : blocked
          ? t('train.start.blocked')
          : null;
  const tight = plan?.memoryBytes && memory ? plan.memoryBytes > TIGHT * memory : false;
  const steps = plan?.stages.reduce((sum, stage) => sum + stage.steps, 0) ?? 0;
  return (
    <aside className={styles.side} aria-label={t('train.plan.title')}>
      <h2>{t('train.what')}</h2>
      <div className={styles.what}>
        <Segmented
          label={t('train.what')}
          value={what}
          options={CHOICES.map((value) => ({ value, title: t(`train.what.${value}`) }))}
          onChange={choose}
        />
        <p className={styles.note}>{t(`train.what.${what}.note`)}</p>
      </div>
      {planError ? (
        <div className={styles.planError} role="alert">
          <strong>{t('train.plan.failed')}</strong>
          <p>{planError.message}</p>
          {planError.hint && <p>{planError.hint}</p>}
        </div>
      ) : (
        <dl className={styles.facts} aria-busy={planning}>
          <Fact name={t('train.plan.device')} value={plan?.device} />
          <Fact
            name={t('train.plan.parameters')}
            value={plan && t('train.plan.parameters.value', { millions: (plan.parameters / 1e6).toFixed(1) })}
          />
          <Fact
            name={t('train.plan.memory')}
            value={
              plan?.memoryBytes &&
              (memory
                ? t('train.plan.memory.value', {
                    size: formatBytes(plan.memoryBytes),
                    all: formatBytes(memory),
                  })
                : formatBytes(plan.memoryBytes))
            }
          />
          {plan?.cardBytes && <Fact name={t('train.plan.card')} value={formatBytes(plan.cardBytes)} />}
          <Fact name={t('train.plan.steps')} value={plan && formatNumber(steps)} />
          <Fact
            name={t('train.plan.step')}
            value={
              plan?.secondsPerStep && t('train.plan.step.value', { time: plan.secondsPerStep.toFixed(2) })
            }
          />
          <Fact
            name={t('train.plan.time')}
            value={
              plan &&
              (plan.totalSeconds === null
                ? t('train.plan.time.none')
                : t('train.plan.time.value', { time: formatDuration(plan.totalSeconds) }))
            }
          />
        </dl>
      )}
      {tight && <p className={styles.warning}>{t('train.plan.memory.tight')}</p>}
      <div className={styles.start}>
        <Button
          kind="primary"
          large
          icon={Play}
          disabled={reason !== null || starting}
          focusableWhenDisabled
          aria-describedby={reason ? 'train-start-reason' : undefined}
          onClick={() => void start()}
        >
          {t(starting ? 'train.starting' : what === 'experiment' ? 'train.start.experiment' : 'train.start')}
        </Button>
        {reason && (
          <p id="train-start-reason" className={styles.note}>
            {reason}
          </p>
        )}
      </div>
      {plan && what !== 'experiment' && (
        <div className={styles.command}>
          <h3>{t('train.plan.command')}</h3>
          <code>{plan.command}</code>
          <CopyButton text={plan.command} title={t('train.plan.copy')} />
        </div>
      )}
    </aside>
  );
}

function Fact({
  name,
  value,
}: {
  readonly name: string;
  readonly value: string | number | null | undefined;
}) {
  if (!value) return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
