import { Toggle } from '@base-ui/react/toggle';
import { ToggleGroup } from '@base-ui/react/toggle-group';
import type { ReactNode } from 'react';
import styles from './segmented.module.css';
import { Tip } from './tooltip.tsx';

interface SegmentedProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly {
    readonly value: T;
    readonly title: ReactNode;
    readonly note?: string;
    readonly keys?: string;
  }[];
  onChange(value: T): void;
}

/** One of a few, all in sight. */
export function Segmented<T extends string>({ label, value, options, onChange }: SegmentedProps<T>) {
  return (
    <ToggleGroup
      aria-label={label}
      className={styles.group}
      value={[value]}
      onValueChange={(values) => {
        const next = values[0] as T | undefined;
        if (next) onChange(next);
      }}
    >
      {options.map((option) => {
        const toggle = (
          <Toggle key={option.value} value={option.value} className={styles.option}>
            {option.title}
          </Toggle>
        );
        return option.note ? (
          <Tip key={option.value} text={option.note} keys={option.keys}>
            {toggle}
          </Tip>
        ) : (
          toggle
        );
      })}
    </ToggleGroup>
  );
}
