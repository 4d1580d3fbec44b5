import { useGalley } from '../state/context.ts';
import { Keys } from '../ui/keys.tsx';
import styles from './action-menu.module.css';
import { useAction } from './context.ts';
import { keysOf } from './keys.ts';

/** Actions under each other, each with its icon, name and key. */
export function ActionMenu({ ids }: { readonly ids: readonly string[] }) {
  return (
    <div className={styles.menu}>
      {ids.map((id) => (
        <Row key={id} id={id} />
      ))}
    </div>
  );
}

function Row({ id }: { readonly id: string }) {
  const action = useAction(id);
  const enabled = useGalley(action.enabled);
  const keys = useGalley((state) => keysOf(action, state.keys)[0]);
  const Icon = action.icon;
  return (
    <button type="button" className={styles.row} disabled={!enabled} onClick={() => void action.run()}>
      {Icon ? <Icon size={15} strokeWidth={1.75} aria-hidden /> : <span />}
      <span>{action.title}</span>
      {keys && <Keys chord={keys} />}
    </button>
  );
}
