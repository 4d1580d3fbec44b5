import { ChevronDown } from 'lucide-react';
import { useId } from 'react';
import styles from './select.module.css';

interface SelectProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly title: string }[];
  readonly disabled?: boolean;
  /** The label is for screen readers only, as where a table says it. */
  readonly bare?: boolean;
  onChange(value: T): void;
}

/** One of several, behind the system's own list. */
export function Select<T extends string>({
  label,
  value,
  options,
  disabled,
  bare,
  onChange,
}: SelectProps<T>) {
  const id = useId();
  return (
    <div className={styles.row}>
      <label htmlFor={id} className={bare ? 'visually-hidden' : undefined}>
        {label}
      </label>
      <span className={styles.box}>
        <select
          id={id}
          value={value}
          disabled={disabled}
          onChange={(event) => onChange(event.target.value as T)}
        >
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.title}
            </option>
          ))}
        </select>
        <ChevronDown size={13} aria-hidden />
      </span>
    </div>
  );
}
