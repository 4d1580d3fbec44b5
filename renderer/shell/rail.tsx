import { Command, Keyboard } from 'lucide-react';
import { t } from '../messages/index.ts';
import { useGalley, useWorkbench } from '../state/context.ts';
import { IconButton } from '../ui/button.tsx';
import { Tip } from '../ui/tooltip.tsx';
import { AREAS } from './areas.ts';
import styles from './rail.module.css';

/** The work areas, far left. */
export function Rail() {
  const { store } = useWorkbench();
  const current = useGalley((state) => state.area);
  const { show } = store.getState();
  return (
    <nav className={styles.rail} aria-label={t('area.rail')} data-region="rail">
      <ul>
        {AREAS.map(({ area, title, short, icon: Icon }, i) => (
          <li key={area}>
            <Tip text={t(title)} keys={`alt+shift+${i + 1}`} side="right">
              <button
                type="button"
                className={styles.item}
                aria-current={current === area ? 'page' : undefined}
                onClick={() => show({ area })}
              >
                <Icon size={19} strokeWidth={1.6} aria-hidden />
                <span>{t(short)}</span>
              </button>
            </Tip>
          </li>
        ))}
      </ul>
      <div className={styles.end}>
        <IconButton
          icon={Command}
          label={t('action.palette')}
          keys="mod+k"
          side="right"
          onClick={() => show({ dialog: 'palette' })}
        />
        <IconButton
          icon={Keyboard}
          label={t('action.cheatSheet')}
          keys="?"
          side="right"
          onClick={() => show({ dialog: 'cheat-sheet' })}
        />
      </div>
    </nav>
  );
}
