import { type CSSProperties, useEffect, useState } from 'react';
import type { PageDetail, ReviewLine } from '../../../core/workbench/contract.ts';
import { t } from '../../messages/index.ts';
import { useWorkbench } from '../../state/context.ts';
import styles from './review.module.css';

/** Width of the page picture asked for, in pixels: enough for one line over the card. */
const PICTURE = 1600;
/** Space around the line, in thousandths of the page's width and height. */
const AROUND = { x: 25, y: 16 };

/** The line as printed: the part of the page's scan around its words. */
export function LineScan({ item }: { readonly item: ReviewLine }) {
  const { api, store } = useWorkbench();
  const [detail, setDetail] = useState<PageDetail | null>(null);
  const { pageNum, wordIndices } = item;
  useEffect(() => {
    let wanted = true;
    setDetail((known) => (known?.summary.pageNum === pageNum ? known : null));
    store
      .getState()
      .detailOf(pageNum)
      .then(
        (found) => wanted && setDetail(found),
        () => {},
      );
    return () => {
      wanted = false;
    };
  }, [store, pageNum]);
  const boxes = detail ? wordIndices.map((i) => detail.bboxes[i]).filter(Boolean) : [];
  if (!detail || boxes.length === 0) return <div className={styles.scan} aria-hidden />;
  const x0 = Math.max(0, Math.min(...boxes.map((b) => b[0])) - AROUND.x);
  const y0 = Math.max(0, Math.min(...boxes.map((b) => b[1])) - AROUND.y);
  const x1 = Math.min(1000, Math.max(...boxes.map((b) => b[2])) + AROUND.x);
  const y1 = Math.min(1000, Math.max(...boxes.map((b) => b[3])) + AROUND.y);
  const [w, h] = [x1 - x0, y1 - y0];
  const ratio = (w * detail.width) / (h * detail.height);
  // A background of the whole page, scaled so that the line fills the box.
  const style: CSSProperties = {
    aspectRatio: String(ratio),
    backgroundImage: `url("${api.pageImageUrl(pageNum, PICTURE)}")`,
    backgroundSize: `${100_000 / w}% ${100_000 / h}%`,
    backgroundPosition: `${w >= 1000 ? 0 : (100 * x0) / (1000 - w)}% ${h >= 1000 ? 0 : (100 * y0) / (1000 - h)}%`,
  };
  return (
    <div className={styles.scan}>
      <div
        className={styles.crop}
        style={style}
        role="img"
        aria-label={t('review.scan', { page: String(pageNum) })}
      />
    </div>
  );
}
