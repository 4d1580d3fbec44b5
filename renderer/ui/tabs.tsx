import { Tabs as BaseTabs } from '@base-ui/react/tabs';
import type { ReactNode } from 'react';
import styles from './tabs.module.css';

interface TabsProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly tabs: readonly { readonly value: T; readonly title: string; readonly content: ReactNode }[];
  readonly end?: ReactNode;
  onChange(value: T): void;
}

export function Tabs<T extends string>({ label, value, tabs, end, onChange }: TabsProps<T>) {
  return (
    <BaseTabs.Root className={styles.root} value={value} onValueChange={(next) => onChange(next as T)}>
      <div className={styles.bar}>
        <BaseTabs.List aria-label={label} className={styles.list}>
          {tabs.map((tab) => (
            <BaseTabs.Tab key={tab.value} value={tab.value} className={styles.tab}>
              {tab.title}
            </BaseTabs.Tab>
          ))}
        </BaseTabs.List>
        {end}
      </div>
      {tabs.map((tab) => (
        <BaseTabs.Panel key={tab.value} value={tab.value} className={styles.panel}>
          {tab.content}
        </BaseTabs.Panel>
      ))}
    </BaseTabs.Root>
  );
}
