import { Button as BaseButton } from '@base-ui/react/button';
import type { LucideIcon } from 'lucide-react';
import type { ComponentProps, ReactNode } from 'react';
import styles from './button.module.css';
import { cx } from './class-names.ts';
import { Tip } from './tooltip.tsx';

interface ButtonProps extends Omit<ComponentProps<typeof BaseButton>, 'className'> {
  readonly kind?: 'plain' | 'primary' | 'quiet' | 'danger';
  readonly icon?: LucideIcon;
  readonly children: ReactNode;
  readonly large?: boolean;
}

export function Button({ kind = 'plain', icon: Icon, children, large, ...rest }: ButtonProps) {
  return (
    <BaseButton {...rest} className={cx(styles.button, styles[kind], large && styles.large)}>
      {Icon && <Icon size={large ? 18 : 15} strokeWidth={1.75} aria-hidden />}
      {children}
    </BaseButton>
  );
}

interface IconButtonProps extends Omit<ComponentProps<typeof BaseButton>, 'className' | 'children'> {
  readonly icon: LucideIcon;
  /** The name for screen readers and the tooltip. */
  readonly label: string;
  readonly keys?: string;
  readonly pressed?: boolean;
  readonly side?: 'top' | 'bottom' | 'left' | 'right';
}

export function IconButton({ icon: Icon, label, keys, pressed, side, ...rest }: IconButtonProps) {
  return (
    <Tip text={label} keys={keys} side={side}>
      <BaseButton
        {...rest}
        aria-label={label}
        aria-pressed={pressed}
        className={cx(styles.icon, pressed && styles.pressed)}
      >
        <Icon size={16} strokeWidth={1.75} aria-hidden />
      </BaseButton>
    </Tip>
  );
}
