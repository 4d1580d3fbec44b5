import { isMac, keyCaps } from '../actions/keys.ts';
import styles from './keys.module.css';

/** Key caps of a chord. */
export function Keys({ chord }: { readonly chord: string }) {
  return (
    <span className={styles.keys}>
      {keyCaps(chord, isMac()).map((cap) => (
        <kbd key={cap}>{cap}</kbd>
      ))}
    </span>
  );
}
