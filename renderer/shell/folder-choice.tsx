import { Folder } from 'lucide-react';
import { t } from '../messages/index.ts';
import { useGalley, useWorkbench } from '../state/context.ts';
import { Dialog } from '../ui/dialog.tsx';
import styles from './folder-choice.module.css';

/** In a browser there is no folder dialog: the folders this workbench was started with, by name. */
export function FolderChoice() {
  const { store } = useWorkbench();
  const choices = useGalley((state) => state.folderChoices);
  const { chooseFolder, closeChoices } = store.getState();
  return (
    <Dialog
      title={t(choices?.purpose === 'import' ? 'first.import' : 'first.choose')}
      open={choices !== null}
      onClose={closeChoices}
    >
      <div className={styles.body}>
        <p>
          {t(
            choices
              ? `first.choose.${choices.purpose}${choices.names.length ? '' : '.none'}`
              : 'first.choose.open',
          )}
        </p>
        <ul>
          {choices?.names.map((name) => (
            <li key={name}>
              <button type="button" onClick={() => void chooseFolder(choices.purpose, name)}>
                <Folder size={16} strokeWidth={1.75} aria-hidden />
                {name}
              </button>
            </li>
          ))}
        </ul>
      </div>
    </Dialog>
  );
}
