import { CircleCheck, Diff, ImageOff, ShieldCheck, Sparkles } from 'lucide-react';
import { memo, useState } from 'react';
import type { PageSummary } from '../../../core/workbench/contract.ts';
import { formatShare, t } from '../../messages/index.ts';
import { useWorkbench } from '../../state/context.ts';
import { cx } from '../../ui/class-names.ts';
import { GoldRing } from './gold-ring.tsx';
import styles from './page-row.module.css';

const THUMBNAIL_WIDTH = 112;

interface PageRowProps {
  readonly page: PageSummary;
  readonly current: boolean;
  onOpen(pageNum: number): void;
}

/** One page: thumbnail, number, first words, and marks of its state. */
export const PageRow = memo(function PageRow({ page, current, onOpen }: PageRowProps) {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list box around it has the keys
    // biome-ignore lint/a11y/useFocusableInteractive: the list box keeps the focus
    <div
      id={`page-${page.pageNum}`}
      role="option"
      aria-selected={current}
      aria-label={[
        t('pages.page', { page: String(page.pageNum) }),
        ...marksOf(page).map((mark) => mark.text),
      ].join('. ')}
      className={cx(styles.row, current && styles.current)}
      onClick={() => onOpen(page.pageNum)}
    >
      <Thumbnail page={page} />
      <div className={styles.body}>
        <div className={styles.head}>
          <span className={styles.number}>{page.pageNum}</span>
          <span className={styles.words}>{t('pages.words', { count: page.words })}</span>
        </div>
        <p className={styles.excerpt}>{page.excerpt}</p>
        <div className={styles.marks}>
          {marksOf(page).map(({ key, text, icon: Icon, look, value }) => (
            <span key={key} className={cx(styles.mark, look && styles[look])} title={text}>
              {key === 'gold' ? (
                <GoldRing share={page.gold} />
              ) : (
                <Icon size={13} strokeWidth={1.9} aria-hidden />
              )}
              {value}
            </span>
          ))}
        </div>
      </div>
    </div>
  );
});

function marksOf(page: PageSummary) {
  const marks: {
    key: string;
    text: string;
    icon: typeof Diff;
    look?: 'warn' | 'good';
    value?: string;
  }[] = [];
  if (page.gold > 0)
    marks.push({
      key: 'gold',
      text:
        page.gold >= 1 ? t('pages.mark.goldAll') : t('pages.mark.gold', { share: formatShare(page.gold) }),
      icon: CircleCheck,
      look: 'good',
      value: formatShare(page.gold),
    });
  if (page.predicted) marks.push({ key: 'predicted', text: t('pages.mark.predicted'), icon: Sparkles });
  if (page.inHighconf) marks.push({ key: 'highconf', text: t('pages.mark.highconf'), icon: ShieldCheck });
  if (page.disagreements)
    marks.push({
      key: 'diff',
      text: t('pages.mark.disagreements', { count: page.disagreements }),
      icon: Diff,
      look: 'warn',
      value: String(page.disagreements),
    });
  return marks;
}

function Thumbnail({ page }: { readonly page: PageSummary }) {
  const { api } = useWorkbench();
  const [missing, setMissing] = useState(false);
  if (missing)
    return (
      <span className={cx(styles.thumbnail, styles.missing)}>
        <ImageOff size={15} strokeWidth={1.5} aria-hidden />
      </span>
    );
  return (
    <img
      className={styles.thumbnail}
      src={api.pageImageUrl(page.pageNum, THUMBNAIL_WIDTH)}
      alt=""
      loading="lazy"
      decoding="async"
      draggable={false}
      onError={() => setMissing(true)}
    />
  );
}
