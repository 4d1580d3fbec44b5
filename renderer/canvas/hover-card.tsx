import { useLayoutEffect, useMemo, useRef } from 'react';
import type { PageDetail } from '../../core/workbench/contract.ts';
import { formatShare, t, tMaybe } from '../messages/index.ts';
import { useGalleyParts } from '../state/context.ts';
import { differs, labelFrom, wordLabels } from '../state/word-labels.ts';
import { LabelChip } from '../ui/chip.tsx';
import type { CanvasController } from './controller.ts';
import { describeDifference } from './describe-word.ts';
import styles from './hover-card.module.css';
import { lineOf } from './kernels/selection.ts';

const GAP = 8;

/** Rules that spoke for the line's label, strongest first. */
function strongest(line: PageDetail['lines'][number]) {
  return line.signals
    .filter((signal) => signal.label === line.label && signal.weight > 0)
    .sort((a, b) => b.weight - a.weight);
}

/** What is known about the word under the pointer: text, label, confidence, and the rules behind a weak label. */
export function HoverCard({ controller }: { readonly controller: CanvasController }) {
  const { detail, pointed, source, labels, decidedOver } = useGalleyParts((state) => ({
    // Without a word under the pointer the page's changes are no concern of the card.
    detail: state.pointed === null ? null : state.detail,
    pointed: state.pointed,
    source: state.source,
    decidedOver: state.decidedOver,
    labels: state.project?.labels ?? [],
  }));
  const shown = useMemo(
    () => (detail ? wordLabels(detail, source, decidedOver) : null),
    [detail, source, decidedOver],
  );
  const card = useRef<HTMLDivElement>(null);

  useLayoutEffect(() => {
    const at = pointed === null ? null : controller.wordOnScreen(pointed);
    if (!card.current || !at) return;
    const { width, height } = card.current.getBoundingClientRect();
    const left = Math.max(GAP, Math.min(at.x0, controller.viewport.width - width - GAP));
    const below = at.y1 + GAP;
    const top = below + height + GAP > controller.viewport.height ? at.y0 - GAP - height : below;
    card.current.style.transform = `translate(${Math.round(left)}px, ${Math.round(Math.max(GAP, top))}px)`;
  });

  if (!detail || !shown || pointed === null || detail.words[pointed] === undefined) return null;
  const kind = shown.kinds[pointed];
  const label = labels.find((l) => l.id === shown.labels[pointed]);
  const confidence = shown.confidences[pointed];
  const line = detail.lines[lineOf(detail.lines, pointed)];
  const signals = line ? strongest(line) : [];
  const kept = kind === 'gold' ? labelFrom(detail, 'gold', pointed) : null;
  return (
    <div ref={card} className={styles.card} aria-hidden>
      <p className={styles.text}>{detail.words[pointed]}</p>
      <div className={styles.row}>
        {label ? <LabelChip label={label} /> : <span className={styles.muted}>{t('canvas.undecided')}</span>}
        {kept !== null ? (
          <span className={styles.muted}>{t('hover.decided')}</span>
        ) : (
          confidence !== null && <span className={styles.muted}>{formatShare(confidence)}</span>
        )}
      </div>
      {differs(detail, pointed) && (
        <p className={styles.muted}>{describeDifference(detail, labels, pointed)}</p>
      )}
      {source === 'weak' && line && (
        <ul className={styles.rules}>
          {signals.length === 0 && <li className={styles.muted}>{t('hover.noRules')}</li>}
          {signals.slice(0, 4).map((signal) => (
            <li key={`${signal.rule}/${signal.evidence}/${signal.weight}`}>
              <span>{tMaybe(`rule.${signal.rule}`) ?? signal.rule.replaceAll(/[-_]/g, ' ')}</span>
              <em>{signal.evidence}</em>
              <span className={styles.weight}>{signal.weight.toFixed(1)}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
