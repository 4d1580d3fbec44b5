import { RotateCcw, Save } from 'lucide-react';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { CallOutput, ContractError, RuleReport } from '../../../core/workbench/contract.ts';
import { asContractError } from '../../api/errors.ts';
import { formatNumber, formatShare, t } from '../../messages/index.ts';
import { useGalley, useWorkbench } from '../../state/context.ts';
import { Button } from '../../ui/button.tsx';
import { LabelChip } from '../../ui/chip.tsx';
import { Failure } from '../../ui/empty.tsx';
import { Changes } from './rule-changes.tsx';
import styles from './rules-tab.module.css';

type Answer = CallOutput<'rules.inspect'>;
type Weights = Readonly<Record<string, number>>;

const ASK_AFTER_MS = 250;
const FACTORS = [0, 0.5, 1, 1.5, 2] as const;

const isSame = (a: Weights, b: Weights) =>
  [...new Set([...Object.keys(a), ...Object.keys(b)])].every((rule) => (a[rule] ?? 1) === (b[rule] ?? 1));

/** Each weak rule, what it does, and a weight; what other weights change is shown before they are kept. */
export function RulesTab() {
  const { api, store } = useWorkbench();
  const [answer, setAnswer] = useState<Answer | null>(null);
  const [weights, setWeights] = useState<Weights | null>(null);
  const [error, setError] = useState<ContractError | null>(null);
  const [asking, setAsking] = useState(false);
  const [jobId, setJobId] = useState<string | null>(null);
  const asked = useRef(0);
  const readOnly = useGalley((state) => state.project?.readOnly === true);
  const job = useGalley((state) => state.jobs.find((j) => j.id === jobId));

  const ask = useCallback(
    async (wanted: Weights | null) => {
      const mine = ++asked.current;
      setAsking(true);
      try {
        const found = await api.call('rules.inspect', wanted ? { weights: wanted } : {});
        if (mine !== asked.current) return;
        setAnswer(found);
        setError(null);
      } catch (cause) {
        if (mine === asked.current) setError(asContractError(cause));
      }
      if (mine === asked.current) setAsking(false);
    },
    [api],
  );
  useEffect(() => {
    const timer = setTimeout(() => void ask(weights), weights ? ASK_AFTER_MS : 0);
    return () => clearTimeout(timer);
  }, [ask, weights]);
  const state = job?.state;
  useEffect(() => {
    if (!state || state === 'running' || state === 'paused') return;
    setJobId(null);
    if (state === 'done') store.getState().toast(t('rules.saved'));
    else store.getState().toast(t('rules.failed', { reason: job?.error ?? state }), { kind: 'error' });
    setWeights(null);
    void ask(null);
  }, [state, job?.error, ask, store]);

  if (error && !answer)
    return (
      <Failure title={t('rules.unreadable')} error={error}>
        <Button kind="primary" onClick={() => void ask(weights)}>
          {t('review.retry')}
        </Button>
      </Failure>
    );
  if (!answer)
    return (
      <p className={styles.loading} role="status">
        {t('rules.loading')}
      </p>
    );
  const current = weights ?? answer.saved;
  const dirty = !isSame(current, answer.saved);
  const save = async () => {
    try {
      setJobId((await api.call('rules.apply', { weights: { ...current } })).jobId);
    } catch (cause) {
      store.getState().toast(asContractError(cause).message, { kind: 'error' });
    }
  };
  return (
    <div className={styles.columns} aria-busy={asking}>
      <div className={styles.main}>
        <RuleTable
          rules={answer.rules}
          weights={current}
          disabled={readOnly || jobId !== null}
          onWeight={(rule, factor) => setWeights({ ...current, [rule]: factor })}
        />
      </div>
      <aside className={styles.side}>
        <Changes answer={answer} dirty={dirty} asking={asking} />
        <div className={styles.buttons}>
          <Button
            kind="primary"
            icon={Save}
            disabled={!dirty || readOnly || jobId !== null || asking}
            onClick={() => void save()}
          >
            {t(jobId ? 'rules.saving' : 'rules.save')}
          </Button>
          <Button
            kind="quiet"
            icon={RotateCcw}
            disabled={!dirty || jobId !== null}
            onClick={() => setWeights(null)}
          >
            {t('rules.reset')}
          </Button>
        </div>
        <p className={styles.note}>{t('rules.note')}</p>
      </aside>
    </div>
  );
}

interface RuleTableProps {
  readonly rules: readonly RuleReport[];
  readonly weights: Weights;
  readonly disabled: boolean;
  onWeight(rule: string, factor: number): void;
}

function RuleTable({ rules, weights, disabled, onWeight }: RuleTableProps) {
  const labels = useGalley((state) => state.project?.labels);
  return (
    <table className={styles.table} aria-label={t('rules.table')}>
      <thead>
        <tr>
          <th scope="col">{t('rules.rule')}</th>
          <th scope="col">{t('rules.for')}</th>
          <th scope="col" className={styles.number} title={t('rules.lines.note')}>
            {t('rules.lines')}
          </th>
          <th scope="col" className={styles.number} title={t('rules.coverage.note')}>
            {t('rules.coverage')}
          </th>
          <th scope="col" className={styles.number} title={t('rules.overlaps.note')}>
            {t('rules.overlaps')}
          </th>
          <th scope="col" className={styles.number} title={t('rules.conflicts.note')}>
            {t('rules.conflicts')}
          </th>
          <th scope="col" className={styles.number} title={t('rules.agreement.note')}>
            {t('rules.agreement')}
          </th>
          <th scope="col" className={styles.number} title={t('rules.accuracy.note')}>
            {t('rules.accuracy')}
          </th>
          <th scope="col">{t('rules.weight')}</th>
        </tr>
      </thead>
      <tbody>
        {rules.map((rule) => {
          const factor = weights[rule.rule] ?? 1;
          return (
            <tr key={rule.rule} data-off={factor === 0}>
              <th scope="row">{rule.rule.replaceAll('-', ' ')}</th>
              <td>
                <span className={styles.chips}>
                  {rule.labels.slice(0, 2).map((name) => {
                    const label = labels?.find((l) => l.name === name);
                    return label ? <LabelChip key={name} label={label} /> : null;
                  })}
                </span>
              </td>
              <td className={styles.number}>{formatNumber(rule.lines)}</td>
              <td className={styles.number}>{formatShare(rule.coverage)}</td>
              <td className={styles.number}>{formatShare(rule.overlaps)}</td>
              <td className={styles.number}>{formatShare(rule.conflicts)}</td>
              <td className={styles.number}>{formatShare(rule.agreement)}</td>
              <td
                className={styles.number}
                title={t('rules.accuracy.of', { count: formatNumber(rule.goldLines) })}
              >
                {rule.accuracy === null ? '–' : formatShare(rule.accuracy)}
              </td>
              <td>
                <select
                  className={styles.weight}
                  value={factor}
                  disabled={disabled}
                  aria-label={t('rules.weightOf', { rule: rule.rule.replaceAll('-', ' ') })}
                  onChange={(event) => onWeight(rule.rule, Number(event.target.value))}
                >
                  {[...new Set([...FACTORS, factor])]
                    .sort((a, b) => a - b)
                    .map((value) => (
                      <option key={value} value={value}>
                        {value === 0 ? t('rules.off') : value === 1 ? t('rules.asMade') : `× ${value}`}
                      </option>
                    ))}
                </select>
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
