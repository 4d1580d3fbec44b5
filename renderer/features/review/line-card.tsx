import { ArrowUpRight, Check, CheckCheck } from 'lucide-react';
import type { ReviewLine } from '../../../core/workbench/contract.ts';
import { t } from '../../messages/index.ts';
import { useGalley } from '../../state/context.ts';
import { Button } from '../../ui/button.tsx';
import { LabelChip } from '../../ui/chip.tsx';
import { LineScan } from './line-scan.tsx';
import styles from './review.module.css';

interface LineCardProps {
  readonly item: ReviewLine;
  onAccept(): void;
  onKeep(): void;
  onOpen(): void;
}

/** Words that follow each other with the same label. */
function runsOf(words: readonly string[], labels: readonly number[]): { label: number; text: string }[] {
  const runs: { label: number; text: string }[] = [];
  for (const [i, label] of labels.entries()) {
    const last = runs.at(-1);
    if (last && last.label === label) last.text += ` ${words[i]}`;
    else runs.push({ label, text: words[i] });
  }
  return runs;
}

/** One line of the queue: as printed, as labelled, as suggested. */
export function LineCard({ item, onAccept, onKeep, onOpen }: LineCardProps) {
  const readOnly = useGalley((state) => state.project?.readOnly === true);
  const words = item.text.split(' ');
  const same = item.current.every((label, i) => label === item.suggested[i]);
  return (
    <article className={styles.card} aria-label={t('review.scan', { page: String(item.pageNum) })}>
      <header className={styles.cardHead}>
        <span className={styles.reason} data-reason={item.reason}>
          {t(`review.reason.${item.reason}`)}
        </span>
        <p>{item.because}</p>
      </header>
      <LineScan item={item} />
      <dl className={styles.labels}>
        <dt>{t('review.now')}</dt>
        <dd>
          <Runs words={words} labels={item.current} />
        </dd>
        <dt>{t('review.suggested')}</dt>
        <dd>
          {same ? (
            <p className={styles.quiet}>{t('review.same')}</p>
          ) : (
            <Runs words={words} labels={item.suggested} />
          )}
        </dd>
      </dl>
      <footer className={styles.cardFoot}>
        <Button kind="primary" icon={CheckCheck} disabled={readOnly} onClick={onAccept}>
          {t('review.accept')}
        </Button>
        <Button icon={Check} disabled={readOnly || item.current.some((label) => label < 0)} onClick={onKeep}>
          {t('review.keep')}
        </Button>
        <Button kind="quiet" icon={ArrowUpRight} onClick={onOpen}>
          {t('review.open')}
        </Button>
      </footer>
    </article>
  );
}

function Runs({ words, labels }: { readonly words: readonly string[]; readonly labels: readonly number[] }) {
  const all = useGalley((state) => state.project?.labels);
  return (
    <ul className={styles.runs}>
      {runsOf(words, labels).map(({ label, text }, i) => {
        const found = all?.find(({ id }) => id === label);
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: runs have no identity but their place
          <li key={i}>
            {found && <LabelChip label={found} />}
            <span>{text}</span>
          </li>
        );
      })}
    </ul>
  );
}
