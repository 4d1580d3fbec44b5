import type { ActionGroup } from '../actions/action.ts';
import { useActions } from '../actions/context.ts';
import { keysOf } from '../actions/keys.ts';
import { t } from '../messages/index.ts';
import { useGalley, useWorkbench } from '../state/context.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Keys } from '../ui/keys.tsx';
import styles from './cheat-sheet.module.css';

const GROUPS: readonly ActionGroup[] = [
  'label',
  'accept',
  'select',
  'edit',
  'source',
  'view',
  'pages',
  'go',
  'export',
  'window',
];
const POINTER = [
  ['pointer.click', t('pointer.key.click')],
  ['pointer.shift', `Shift + ${t('pointer.key.click').toLowerCase()}`],
  ['pointer.ctrl', `Ctrl + ${t('pointer.key.click').toLowerCase()}`],
  ['pointer.double', t('pointer.key.double')],
  ['pointer.drag', t('pointer.key.drag')],
  ['pointer.lasso', `Alt + ${t('pointer.key.drag').toLowerCase()}`],
  ['pointer.space', `Space + ${t('pointer.key.drag').toLowerCase()}`],
  ['pointer.wheel', `Ctrl + ${t('pointer.key.wheel').toLowerCase()}`],
] as const;

/** Every key and pointer move on one sheet, made from the actions themselves. */
export function CheatSheet() {
  const { store } = useWorkbench();
  const { list } = useActions();
  const open = useGalley((state) => state.dialog === 'cheat-sheet');
  const chosen = useGalley((state) => state.keys);
  return (
    <Dialog wide title={t('cheat.title')} open={open} onClose={() => store.getState().show({ dialog: null })}>
      <div className={styles.sheet}>
        <section>
          <h3>{t('group.pointer')}</h3>
          {POINTER.map(([title, how]) => (
            <p key={title}>
              <span>{t(title)}</span>
              <span className={styles.how}>{how}</span>
            </p>
          ))}
        </section>
        {GROUPS.map((group) => {
          const actions = list.filter(
            (action) => action.group === group && keysOf(action, chosen).length > 0,
          );
          return actions.length === 0 ? null : (
            <section key={group}>
              <h3>{t(`group.${group}`)}</h3>
              {actions.map((action) => (
                <p key={action.id}>
                  <span>{action.title}</span>
                  <span className={styles.keys}>
                    {keysOf(action, chosen).map((chord) => (
                      <Keys key={chord} chord={chord} />
                    ))}
                  </span>
                </p>
              ))}
            </section>
          );
        })}
      </div>
      <p className={styles.foot}>{t('cheat.change')}</p>
    </Dialog>
  );
}
