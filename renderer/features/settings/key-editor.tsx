import { RotateCcw } from 'lucide-react';
import { type KeyboardEvent, useMemo, useState } from 'react';
import type { Action } from '../../actions/action.ts';
import { useActions } from '../../actions/context.ts';
import { chordOf, isMac, keyCaps, keyConflicts, keysOf } from '../../actions/keys.ts';
import { asContractError } from '../../api/errors.ts';
import { t } from '../../messages/index.ts';
import { useGalley, useWorkbench } from '../../state/context.ts';
import { Section } from '../../ui/area.tsx';
import { Button, IconButton } from '../../ui/button.tsx';
import tables from '../../ui/data-table.module.css';
import { Keys } from '../../ui/keys.tsx';
import styles from './settings.module.css';

/** Every action with its key; a key is changed by pressing the new one. */
export function KeyEditor() {
  const { store } = useWorkbench();
  const { list } = useActions();
  const chosen = useGalley((state) => state.keys);
  const [filter, setFilter] = useState('');
  const [pressing, setPressing] = useState<string | null>(null);
  const conflicts = useMemo(() => keyConflicts(list, chosen), [list, chosen]);
  const wanted = filter.trim().toLowerCase();
  const shown = list.filter(
    (action) =>
      wanted === '' ||
      action.title.toLowerCase().includes(wanted) ||
      keysOf(action, chosen).some((chord) =>
        keyCaps(chord, isMac()).join(' ').toLowerCase().includes(wanted),
      ),
  );

  const save = (keys: Record<string, string>) => {
    const { changeSettings, toast } = store.getState();
    changeSettings({ keys }).catch((error: unknown) =>
      toast(t('settings.failed', { reason: asContractError(error).message }), { kind: 'error' }),
    );
  };
  const reset = (action: Action) => {
    const { [action.id]: _, ...others } = chosen;
    save(others);
  };
  const press = (action: Action) => (event: KeyboardEvent) => {
    if (pressing !== action.id) return;
    const chord = chordOf(event.nativeEvent, isMac());
    if (chord === null) return;
    // Tab must always lead on.
    if (chord === 'tab' || chord === 'shift+tab') return setPressing(null);
    event.preventDefault();
    event.stopPropagation();
    setPressing(null);
    if (chord === 'esc') return;
    save({ ...chosen, [action.id]: chord === 'backspace' || chord === 'delete' ? '' : chord });
  };
  return (
    <Section
      title={t('settings.keys')}
      note={t('settings.keys.note')}
      end={
        Object.keys(chosen).length > 0 && (
          <Button kind="quiet" icon={RotateCcw} onClick={() => save({})}>
            {t('settings.keys.resetAll')}
          </Button>
        )
      }
    >
      <input
        type="search"
        className={styles.filter}
        value={filter}
        placeholder={t('settings.keys.filter')}
        aria-label={t('settings.keys.filter')}
        onChange={(event) => setFilter(event.target.value)}
      />
      {shown.length === 0 && <p className={styles.note}>{t('settings.keys.none')}</p>}
      <table className={tables.table} hidden={shown.length === 0}>
        <thead>
          <tr>
            <th scope="col">{t('settings.keys.action')}</th>
            <th scope="col">{t('settings.keys.key')}</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((action) => {
            const chords = keysOf(action, chosen);
            const clash = conflicts.find(
              ({ first, second }) => first.id === action.id || second.id === action.id,
            );
            const other = clash && (clash.first.id === action.id ? clash.second : clash.first);
            const caps = chords.map((chord) => keyCaps(chord, isMac()).join('+')).join(', ');
            return (
              <tr key={action.id}>
                <th scope="row">
                  {action.title}
                  {other && (
                    <p className={styles.conflict}>{t('settings.keys.conflict', { other: other.title })}</p>
                  )}
                </th>
                <td>
                  <span className={styles.key}>
                    <button
                      type="button"
                      className={styles.chord}
                      data-pressing={pressing === action.id}
                      aria-label={t('settings.keys.change', {
                        title: action.title,
                        keys: caps || t('settings.keys.noKey'),
                      })}
                      onClick={() => setPressing(action.id)}
                      onBlur={() => setPressing((now) => (now === action.id ? null : now))}
                      onKeyDownCapture={press(action)}
                    >
                      {pressing === action.id ? (
                        <span role="status">{t('settings.keys.press')}</span>
                      ) : chords.length === 0 ? (
                        <span className={styles.none}>{t('settings.keys.noKey')}</span>
                      ) : (
                        chords.map((chord) => <Keys key={chord} chord={chord} />)
                      )}
                    </button>
                    {action.id in chosen && (
                      <IconButton
                        icon={RotateCcw}
                        label={t('settings.keys.reset', { title: action.title })}
                        side="left"
                        onClick={() => reset(action)}
                      />
                    )}
                  </span>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Section>
  );
}
