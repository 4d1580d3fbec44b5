import type { CSSProperties } from 'react';
import type { ProjectInfo } from '../../core/workbench/contract.ts';
import { formatShare, t } from '../messages/index.ts';
import styles from './chip.module.css';
import { cx } from './class-names.ts';

export type Label = ProjectInfo['labels'][number];

const tinted = (colour: string) => ({ '--label': colour }) as CSSProperties;

/** A label as its letter on a square in its colour. */
export function LabelLetter({ label }: { readonly label: Label }) {
  return (
    <span className={styles.letter} style={tinted(label.colour)} aria-hidden>
      {label.letter || '·'}
    </span>
  );
}

/** A label with letter and name; AA in every theme. */
export function LabelChip({ label }: { readonly label: Label }) {
  return (
    <span className={styles.chip} style={tinted(label.colour)}>
      <LabelLetter label={label} />
      {label.title}
    </span>
  );
}

/** How sure: a share with a small bar, and a quiet alarm below 60 %. */
export function ConfidenceChip({ value }: { readonly value: number }) {
  return (
    <span
      className={cx(styles.confidence, value < 0.6 && styles.low)}
      role="img"
      aria-label={t('parse.confidence', { share: formatShare(value) })}
      title={t('parse.confidence', { share: formatShare(value) })}
    >
      {formatShare(value)}
    </span>
  );
}
