import { Command } from 'cmdk';
import { FileText, Search } from 'lucide-react';
import { useState } from 'react';
import type { ActionGroup } from '../actions/action.ts';
import { useActions } from '../actions/context.ts';
import { keysOf } from '../actions/keys.ts';
import { t } from '../messages/index.ts';
import { useGalley, useGalleyParts, useWorkbench } from '../state/context.ts';
import { pageNumberOf } from '../state/filters.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Keys } from '../ui/keys.tsx';
import styles from './command-palette.module.css';

const GROUPS: readonly ActionGroup[] = [
  'go',
  'pages',
  'label',
  'accept',
  'select',
  'edit',
  'source',
  'view',
  'export',
  'window',
];

/** Every action by name; also pages by number and by word. */
export function CommandPalette() {
  const { store } = useWorkbench();
  const open = useGalley((state) => state.dialog === 'palette');
  const close = () => store.getState().show({ dialog: null });
  return (
    <Dialog bare title={t('palette.title')} open={open} onClose={close}>
      <Palette onDone={close} />
    </Dialog>
  );
}

function Palette({ onDone }: { onDone(): void }) {
  const { store } = useWorkbench();
  const { list } = useActions();
  const [typed, setTyped] = useState('');
  const keys = useGalley((state) => state.keys);
  const { enabled, pages } = useGalleyParts((state) => ({
    enabled: list
      .filter((action) => action.id !== 'palette' && action.enabled(state))
      .map((action) => action.id)
      .join(' '),
    pages: state.pages,
  }));
  const usable = new Set(enabled.split(' '));
  const number = pageNumberOf(typed);
  const page = number === null ? undefined : pages.find((p) => p.pageNum === number);
  const run = (work: () => unknown) => {
    onDone();
    void work();
  };
  return (
    <Command label={t('palette.title')} className={styles.palette} loop>
      <div className={styles.field}>
        <Search size={16} strokeWidth={1.75} aria-hidden />
        <Command.Input
          autoFocus
          value={typed}
          onValueChange={setTyped}
          placeholder={t('palette.placeholder')}
        />
      </div>
      <Command.List className={styles.list}>
        <Command.Empty className={styles.none}>{t('palette.none')}</Command.Empty>
        {page && (
          <Command.Item
            forceMount
            value={`page ${page.pageNum}`}
            className={styles.item}
            onSelect={() =>
              run(() => {
                store.getState().show({ area: 'pages' });
                return store.getState().openPage(page.pageNum);
              })
            }
          >
            <FileText size={15} strokeWidth={1.75} aria-hidden />
            <span>{t('palette.goToPage', { page: String(page.pageNum) })}</span>
            <small>{page.excerpt}</small>
          </Command.Item>
        )}
        {GROUPS.map((group) => {
          const actions = list.filter((action) => action.group === group && usable.has(action.id));
          return actions.length === 0 ? null : (
            <Command.Group key={group} heading={t(`group.${group}`)} className={styles.group}>
              {actions.map((action) => {
                const [chord] = keysOf(action, keys);
                const Icon = action.icon;
                return (
                  <Command.Item
                    key={action.id}
                    value={`${action.title} ${t(`group.${group}`)}`}
                    className={styles.item}
                    onSelect={() => run(action.run)}
                  >
                    {Icon ? (
                      <Icon size={15} strokeWidth={1.75} aria-hidden />
                    ) : (
                      <span className={styles.noIcon} />
                    )}
                    <span>{action.title}</span>
                    {chord && <Keys chord={chord} />}
                  </Command.Item>
                );
              })}
            </Command.Group>
          );
        })}
        {typed.trim().length > 1 && pages.length > 0 && (
          <Command.Item
            forceMount
            value={`search ${typed}`}
            className={styles.item}
            onSelect={() =>
              run(() => {
                store.getState().show({ area: 'pages', pageListOpen: true });
                return store.getState().search(typed);
              })
            }
          >
            <Search size={15} strokeWidth={1.75} aria-hidden />
            <span>{t('palette.searchFor', { text: typed.trim() })}</span>
          </Command.Item>
        )}
      </Command.List>
    </Command>
  );
}
