import { useAction } from '../../actions/context.ts';
import { keysOf } from '../../actions/keys.ts';
import { t } from '../../messages/index.ts';
import { useGalley, useGalleyParts } from '../../state/context.ts';
import { type Label, LabelLetter } from '../../ui/chip.tsx';
import { Tip } from '../../ui/tooltip.tsx';
import styles from './label-bar.module.css';
import { SaveState } from './save-state.tsx';

/** The labels with their keys, and what is selected: the legend and the tool at once. */
export function LabelBar() {
  const { labels, count } = useGalleyParts(({ project, selection }) => ({
    labels: project?.labels ?? [],
    count: selection.size,
  }));
  const ordered = [...labels.filter((label) => label.id !== 0), ...labels.filter((label) => label.id === 0)];
  return (
    <footer className={styles.bar}>
      <div className={styles.labels}>
        {ordered.map((label) => (
          <LabelButton key={label.id} label={label} />
        ))}
      </div>
      <output className={styles.selected}>
        {count > 0 && <span>{t('canvas.selected', { count })}</span>}
      </output>
      <SaveState />
    </footer>
  );
}

function LabelButton({ label }: { readonly label: Label }) {
  const action = useAction(`label-${label.id}`);
  const enabled = useGalley(action.enabled);
  const key = useGalley((state) => keysOf(action, state.keys)[0]);
  return (
    <Tip text={action.title} keys={key} side="top">
      <button
        type="button"
        className={styles.label}
        aria-label={action.title}
        aria-disabled={!enabled}
        onClick={() => enabled && void action.run()}
      >
        <LabelLetter label={label} />
        <span className={styles.name}>{label.title}</span>
        {key && <kbd>{key}</kbd>}
      </button>
    </Tip>
  );
}
