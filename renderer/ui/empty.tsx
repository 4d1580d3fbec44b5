import type { ReactNode } from 'react';
import type { ContractError } from '../../core/workbench/contract.ts';
import { t } from '../messages/index.ts';
import styles from './empty.module.css';

interface EmptyProps {
  readonly title: string;
  readonly text?: string;
  readonly children?: ReactNode;
}

/** Nothing to show: one sentence and one button. */
export function Empty({ title, text, children }: EmptyProps) {
  return (
    <div className={styles.empty}>
      <h2>{title}</h2>
      {text && <p>{text}</p>}
      {children && <div className={styles.buttons}>{children}</div>}
    </div>
  );
}

interface FailureProps {
  readonly title: string;
  readonly error: ContractError;
  readonly children?: ReactNode;
}

/** Something went wrong: what happened, what was kept, what to do; details folded away. */
export function Failure({ title, error, children }: FailureProps) {
  return (
    <div className={styles.empty} role="alert">
      <h2>{title}</h2>
      <p className={styles.message}>{capital(error.message)}.</p>
      {error.hint && <p>{error.hint}</p>}
      {children && <div className={styles.buttons}>{children}</div>}
      {error.where && (
        <details className={styles.details}>
          <summary>{t('banner.details')}</summary>
          <code>
            {error.code} · {error.where}
          </code>
        </details>
      )}
    </div>
  );
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1).replace(/\.$/, '');
