import type { ReactNode } from 'react';
import styles from './area.module.css';

interface AreaProps {
  readonly title: string;
  /** Beside the title. */
  readonly middle?: ReactNode;
  /** At the far end of the head. */
  readonly end?: ReactNode;
  readonly children: ReactNode;
}

/** A work area: its name and tools above, the content scrolling below. */
export function Area({ title, middle, end, children }: AreaProps) {
  return (
    <div className={styles.area}>
      <header className={styles.head}>
        <h1>{title}</h1>
        {middle}
        <span className={styles.space} />
        {end}
      </header>
      <div className={styles.body}>{children}</div>
    </div>
  );
}

interface SectionProps {
  readonly title: string;
  readonly note?: ReactNode;
  readonly end?: ReactNode;
  readonly children: ReactNode;
}

/** A part of an area under a hairline. */
export function Section({ title, note, end, children }: SectionProps) {
  return (
    <section className={styles.section} aria-label={title}>
      <div className={styles.sectionHead}>
        <h2>{title}</h2>
        {note && <p>{note}</p>}
        {end && (
          <>
            <span className={styles.space} />
            {end}
          </>
        )}
      </div>
      {children}
    </section>
  );
}
