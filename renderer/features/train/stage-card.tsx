import { CircleAlert, CircleCheck, Info } from 'lucide-react';
import type { CSSProperties } from 'react';
import { useStore } from 'zustand';
import { formatNumber, formatShare, t } from '../../messages/index.ts';
import { useGalley } from '../../state/context.ts';
import { type Label, LabelLetter } from '../../ui/chip.tsx';
import { Tip } from '../../ui/tooltip.tsx';
import styles from './stage-card.module.css';
import type { Plan, TrainStore } from './train-store.ts';

interface StageCardProps {
  readonly stage: 'A' | 'B';
  readonly store: TrainStore;
}

/** What a stage would train on, and what stands in its way. */
export function StageCard({ stage, store }: StageCardProps) {
  const { plan, planning, what } = useStore(store);
  const found = plan?.stages.find((s) => s.stage === stage);
  const used = what === 'both' || what === 'experiment' || what === stage;
  return (
    <section className={styles.card} aria-label={t(`train.stage.${stage}`)} data-used={used}>
      <h2>{t(`train.stage.${stage}`)}</h2>
      <p className={styles.about}>{t(`train.stage.${stage}.about`)}</p>
      {!used ? (
        <p className={styles.quiet}>{t('train.stage.unused')}</p>
      ) : !found ? (
        <p className={styles.quiet} role="status">
          {planning || !plan ? t('train.stage.planning') : t('train.stage.unused')}
        </p>
      ) : (
        <StagePlan plan={found} />
      )}
    </section>
  );
}

function StagePlan({ plan }: { readonly plan: Plan['stages'][number] }) {
  const labels = useGalley((state) => state.project?.labels ?? []);
  return (
    <>
      <dl className={styles.facts}>
        <dt>{t('train.stage.dataset')}</dt>
        <dd className={styles.path} title={plan.dataset}>
          {plan.dataset.split('/').at(-1)}
        </dd>
        <dt>{t('train.stage.pages')}</dt>
        <dd>{t('train.stage.pages.value', { count: plan.pages, eval: formatNumber(plan.evalPages) })}</dd>
        <dt>
          <Tip text={t('train.stage.windows.note')}>
            <span className={styles.term}>{t('train.stage.windows')}</span>
          </Tip>
        </dt>
        <dd>{formatNumber(plan.windows)}</dd>
        <dt>{t('train.stage.steps')}</dt>
        <dd>{formatNumber(plan.steps)}</dd>
      </dl>
      <LabelCounts counts={plan.labelCounts} labels={labels} />
      <h3>{t('train.stage.findings')}</h3>
      {plan.findings.length === 0 ? (
        <p className={styles.fine}>
          <CircleCheck size={14} aria-hidden /> {t('train.stage.noFindings')}
        </p>
      ) : (
        <ul className={styles.findings}>
          {plan.findings.map(({ severity, message }) => (
            <li key={message} data-severity={severity}>
              {severity === 'error' ? <CircleAlert size={14} aria-hidden /> : <Info size={14} aria-hidden />}
              <span className="visually-hidden">{t(`train.finding.${severity}`)}: </span>
              <span>{message}</span>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

interface LabelCountsProps {
  readonly counts: Readonly<Record<string, number>>;
  readonly labels: readonly Label[];
}

/** Words by label; bars compare the labels with each other, Outside is only counted. */
function LabelCounts({ counts, labels }: LabelCountsProps) {
  const all = Object.values(counts).reduce((a, b) => a + b, 0);
  const largest = Math.max(1, ...Object.entries(counts).map(([name, n]) => (name === 'O' ? 0 : n)));
  const rows = [...labels.filter((l) => l.name !== 'O'), ...labels.filter((l) => l.name === 'O')];
  return (
    <>
      <h3>{t('train.stage.labels')}</h3>
      <ul className={styles.labels}>
        {rows.map((label) => {
          const count = counts[label.name] ?? 0;
          const bar = { '--label': label.colour, '--share': count / largest } as CSSProperties;
          return (
            <li key={label.name} data-none={count === 0}>
              <LabelLetter label={label} />
              <span>{label.title}</span>
              <span className={styles.bar} style={bar} data-bar={label.name !== 'O'} />
              <span className={styles.count}>
                {formatNumber(count)}
                {label.name === 'O' && all > 0 && ` (${formatShare(count / all)})`}
              </span>
            </li>
          );
        })}
      </ul>
    </>
  );
}
