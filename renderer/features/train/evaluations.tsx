import { useState } from 'react';
import type { Evaluation } from '../../../core/workbench/contract.ts';
import { formatNumber, formatShare, t } from '../../messages/index.ts';
import { useGalley } from '../../state/context.ts';
import { Section } from '../../ui/area.tsx';
import { LabelLetter } from '../../ui/chip.tsx';
import { cx } from '../../ui/class-names.ts';
import tables from '../../ui/data-table.module.css';
import { Slider } from '../../ui/slider.tsx';
import { Tip } from '../../ui/tooltip.tsx';
import { ConfusionMatrix } from './confusion.tsx';
import styles from './evaluations.module.css';
import { formatScore } from './format.ts';

interface EvaluationsProps {
  readonly runId: string | null;
  readonly evaluations: readonly Evaluation[];
}

/** Scores by label and the confusion matrix of one evaluation, with a slider over all of them. */
export function Evaluations({ runId, evaluations }: EvaluationsProps) {
  /** null: the latest, also when a new one comes. */
  const [chosen, setChosen] = useState<number | null>(null);
  const last = evaluations.length - 1;
  const at = chosen === null ? last : Math.min(chosen, last);
  const evaluation = evaluations[at];
  if (!evaluation)
    return (
      <Section title={t('train.scores')}>
        <p className={styles.none}>{t('train.scores.none')}</p>
      </Section>
    );
  const where = t('train.scores.at', { stage: evaluation.stage, step: formatNumber(evaluation.step) });
  return (
    <div className={styles.evaluations}>
      <div className={styles.chooser}>
        {last > 0 ? (
          <Slider
            label={t('train.matrix.slider')}
            value={at}
            min={0}
            max={last}
            step={1}
            shown={where}
            onChange={(next) => setChosen(next === last ? null : next)}
          />
        ) : (
          <p>
            {t('train.scores.evaluation')}: {where}
          </p>
        )}
      </div>
      <div className={styles.columns}>
        <Section
          title={t('train.scores')}
          end={
            <p className={styles.overall}>
              <span>
                {t('train.scores.macro')} <strong>{formatScore(evaluation.macroF1)}</strong>
              </span>
              <span>
                {t('train.scores.accuracy')} <strong>{formatShare(evaluation.accuracy)}</strong>
              </span>
            </p>
          }
        >
          <Scores evaluation={evaluation} />
        </Section>
        <ConfusionMatrix runId={runId} evaluation={evaluation} latest={at === last} />
      </div>
    </div>
  );
}

const COLUMNS = ['precision', 'recall', 'f1', 'support'] as const;

function Scores({ evaluation }: { readonly evaluation: Evaluation }) {
  const labels = useGalley((state) => state.project?.labels ?? []);
  return (
    <table className={tables.table}>
      <thead>
        <tr>
          <th scope="col">{t('train.scores.label')}</th>
          {COLUMNS.map((column) => (
            <th key={column} scope="col" className={tables.number}>
              <Tip text={t(`train.scores.${column}.note`)}>
                <span className={styles.term}>{t(`train.scores.${column}`)}</span>
              </Tip>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {evaluation.perLabel.map((score) => {
          const label = labels.find(({ name }) => name === score.label);
          const none = score.support === 0;
          const value = (share: number) => (none ? '–' : formatScore(share));
          return (
            <tr
              key={score.label}
              className={cx(none && styles.grey)}
              title={none ? t('train.scores.noSupport') : undefined}
            >
              <th scope="row">
                <span className={styles.label}>
                  {label && <LabelLetter label={label} />}
                  {label?.title ?? score.label}
                </span>
              </th>
              <td className={tables.number}>{value(score.precision)}</td>
              <td className={tables.number}>{value(score.recall)}</td>
              <td className={cx(tables.number, styles.f1)}>{value(score.f1)}</td>
              <td className={tables.number}>{formatNumber(score.support)}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
