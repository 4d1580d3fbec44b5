import { Menu as BaseMenu } from '@base-ui/react/menu';
import type { LucideIcon } from 'lucide-react';
import type { ReactElement } from 'react';
import { Keys } from './keys.tsx';
import styles from './menu.module.css';

export interface MenuItem {
  readonly id: string;
  readonly title: string;
  readonly note?: string;
  readonly icon?: LucideIcon;
  readonly keys?: string;
  readonly disabled?: boolean;
  run(): unknown;
}

interface MenuProps {
  readonly trigger: ReactElement;
  readonly items: readonly (MenuItem | 'line')[];
  readonly side?: 'bottom' | 'top';
  readonly align?: 'start' | 'end';
}

export function Menu({ trigger, items, side = 'bottom', align = 'end' }: MenuProps) {
  return (
    <BaseMenu.Root modal={false}>
      <BaseMenu.Trigger render={trigger as ReactElement<Record<string, unknown>>} />
      <BaseMenu.Portal>
        <BaseMenu.Positioner
          side={side}
          align={align}
          sideOffset={6}
          collisionPadding={8}
          className={styles.positioner}
        >
          <BaseMenu.Popup className={styles.popup}>
            {items.map((item, i) =>
              item === 'line' ? (
                // biome-ignore lint/suspicious/noArrayIndexKey: a line has no other name
                <BaseMenu.Separator key={`line-${i}`} className={styles.line} />
              ) : (
                <BaseMenu.Item
                  key={item.id}
                  className={styles.item}
                  disabled={item.disabled}
                  onClick={() => void item.run()}
                >
                  {item.icon && <item.icon size={15} strokeWidth={1.75} aria-hidden />}
                  <span className={styles.text}>
                    {item.title}
                    {item.note && <small>{item.note}</small>}
                  </span>
                  {item.keys && <Keys chord={item.keys} />}
                </BaseMenu.Item>
              ),
            )}
          </BaseMenu.Popup>
        </BaseMenu.Positioner>
      </BaseMenu.Portal>
    </BaseMenu.Root>
  );
}
