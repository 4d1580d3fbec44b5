import { Import, Sparkles } from 'lucide-react';
import { useMemo } from 'react';
import { ActionButton } from '../../actions/action-button.tsx';
import { useAction } from '../../actions/context.ts';
import { describeDifference } from '../../canvas/describe-word.ts';
import { t } from '../../messages/index.ts';
import { useGalley, useGalleyParts } from '../../state/context.ts';
import { countDifferences, differs } from '../../state/word-labels.ts';
import { Button } from '../../ui/button.tsx';
import styles from './page-area.module.css';

/** Where a source has nothing to show: one sentence and, where there is a way on, one button. */
export function SourceNote() {
  const predict = useAction('predict-page');
  const canPredict = useGalley(predict.enabled);
  const importGold = useAction('import-gold');
  const { detail, source, predicting, said, waiting } = useGalleyParts((state) => ({
    waiting: importGold.enabled(state) ? (state.project?.goldWaiting ?? 0) : 0,
    said:
      state.detail && state.project && state.cursor !== null && differs(state.detail, state.cursor)
        ? describeDifference(state.detail, state.project.labels, state.cursor)
        : null,
    detail: state.detail,
    source: state.source,
    predicting: state.predicting,
  }));
  const differences = useMemo(() => (detail ? countDifferences(detail) : 0), [detail]);
  if (!detail) return null;
  const text =
    source === 'weak' && !detail.weak
      ? t('canvas.noWeak')
      : source === 'gold' && !detail.gold?.some((label) => label >= 0)
        ? t('canvas.noGold')
        : source === 'predicted' && !detail.predicted
          ? t(canPredict ? 'canvas.noPrediction' : 'canvas.noModel')
          : source === 'diff' && differences === 0
            ? t('diff.none')
            : null;
  if (source === 'diff' && differences > 0)
    return (
      <div className={styles.note} role="status">
        <span>{t('diff.count', { count: differences })}</span>
        {said && <span className={styles.said}>{said}</span>}
        <ActionButton id="previous-difference" />
        <ActionButton id="next-difference" />
      </div>
    );
  if (text === null) return null;
  return (
    <div className={styles.note} role="status">
      <span>{source === 'gold' && waiting > 0 ? t('gold.waiting', { count: waiting }) : text}</span>
      {source === 'gold' && waiting > 0 && (
        <Button kind="primary" icon={Import} onClick={() => void importGold.run()}>
          {t('gold.use')}
        </Button>
      )}
      {source === 'predicted' && canPredict && (
        <Button kind="primary" icon={Sparkles} disabled={predicting} onClick={() => void predict.run()}>
          {t(predicting ? 'canvas.predicting' : 'canvas.predict')}
        </Button>
      )}
    </div>
  );
}
