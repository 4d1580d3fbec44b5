import { useEffect, useState } from 'react';
import type { CallOutput, ContractError } from '../../../core/workbench/contract.ts';
import { asContractError } from '../../api/errors.ts';
import { t } from '../../messages/index.ts';
import { useWorkbench } from '../../state/context.ts';
import { goToWords } from '../../state/go-to-words.ts';
import { ConfidenceChip } from '../../ui/chip.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import styles from './cell-words.module.css';

type Token = CallOutput<'train.confusionCell'>['tokens'][number];
interface Named {
  readonly name: string;
  readonly title: string;
}
interface CellWordsProps {
  readonly runId: string;
  readonly reference: Named;
  readonly predicted: Named;
  /** Whether the matrix shows the latest evaluation, whose words these are. */
  readonly latest: boolean;
  onClose(): void;
}

/** The words behind a cell of the confusion matrix, by page, each a way to its place. */
export function CellWords({ runId, reference, predicted, latest, onClose }: CellWordsProps) {
  const workbench = useWorkbench();
  const { api } = workbench;
  const [tokens, setTokens] = useState<readonly Token[] | null>(null);
  const [error, setError] = useState<ContractError | null>(null);
  useEffect(() => {
    let wanted = true;
    api.call('train.confusionCell', { runId, reference: reference.name, predicted: predicted.name }).then(
      (answer) => wanted && setTokens(answer.tokens),
      (cause: unknown) => wanted && setError(asContractError(cause)),
    );
    return () => {
      wanted = false;
    };
  }, [api, runId, reference.name, predicted.name]);
  const pages = [...Map.groupBy(tokens ?? [], (token) => token.pageNum)].sort(([a], [b]) => a - b);
  const go = (pageNum: number, words: readonly number[]) => {
    onClose();
    void goToWords(workbench, pageNum, words);
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('train.cell.title', { reference: reference.title, predicted: predicted.title })}
    >
      <div className={styles.body} aria-busy={tokens === null && error === null}>
        {error ? (
          <p role="alert">
            <strong>{t('train.cell.failed')}.</strong> {error.message}
          </p>
        ) : tokens === null ? (
          <p className={styles.quiet} role="status">
            {t('train.cell.loading')}
          </p>
        ) : tokens.length === 0 ? (
          <p className={styles.quiet}>{t('train.cell.none')}</p>
        ) : (
          <>
            <p className={styles.quiet}>{t('train.cell.lead', { count: tokens.length })}</p>
            {!latest && <p className={styles.quiet}>{t('train.cell.older')}</p>}
            {pages.map(([pageNum, found]) => (
              <section key={pageNum}>
                <h3>
                  <button
                    type="button"
                    onClick={() =>
                      go(
                        pageNum,
                        found.map(({ index }) => index),
                      )
                    }
                  >
                    {t('train.cell.page', { page: String(pageNum) })}
                  </button>
                </h3>
                <ul>
                  {found.map(({ index, text, confidence }) => (
                    <li key={index}>
                      <button
                        type="button"
                        aria-label={t('train.cell.word', { word: text, page: String(pageNum) })}
                        onClick={() => go(pageNum, [index])}
                      >
                        {text}
                      </button>
                      <ConfidenceChip value={confidence} />
                    </li>
                  ))}
                </ul>
              </section>
            ))}
          </>
        )}
      </div>
    </Dialog>
  );
}
