import { Import } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { asContractError } from '../../api/errors.ts';
import { formatNumber, t } from '../../messages/index.ts';
import { useWorkbench } from '../../state/context.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import styles from './drop-target.module.css';
import { type DroppedFiles, droppedFiles } from './dropped-files.ts';

interface Sending {
  readonly done: number;
  readonly total: number;
  readonly bytes: number;
}

const carriesFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;

/** Scans, PDFs and folders dropped anywhere on the window: their import is planned. */
export function DropTarget() {
  const { api, store } = useWorkbench();
  const [over, setOver] = useState(false);
  const [sending, setSending] = useState<Sending | null>(null);
  const stop = useRef<AbortController | null>(null);
  useEffect(() => {
    const { openImport, setProject, toast } = store.getState();
    const say = (error: unknown) => toast(asContractError(error).message, { kind: 'error' });
    /** Copies what a browser gave, file by file. @returns the id of the folder, null where it was stopped */
    const send = async ({ name, files }: DroppedFiles): Promise<string | null> => {
      if (files.length === 0) throw new Error(t('drop.none'));
      stop.current = new AbortController();
      const { signal } = stop.current;
      let bytes = 0;
      try {
        const { importId } = await api.call('import.receive', { name: name.slice(0, 200) });
        for (const [done, { path, file }] of files.entries()) {
          setSending({ done, total: files.length, bytes });
          await api.sendFile?.(importId, path, file);
          bytes += file.size;
          if (signal.aborted) return null;
        }
        return importId;
      } finally {
        setSending(null);
        stop.current = null;
      }
    };
    const drop = async (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      setOver(false);
      const { items, files } = event.dataTransfer!;
      // Both before the first wait: afterwards the browser has emptied them.
      const entries = [...items].flatMap((item) => item.webkitGetAsEntry() ?? []);
      const given = [...files];
      if (stop.current || store.getState().importId !== null) return toast(t('drop.busy'), { kind: 'error' });
      try {
        if (api.importDropped) {
          const { project, importId } = await api.importDropped(given);
          if (project) setProject(project);
          else if (importId !== undefined) openImport(importId);
        } else if (api.sendFile) {
          const importId = await send(await droppedFiles(entries));
          if (importId !== null) openImport(importId);
        }
      } catch (error) {
        say(error);
      }
    };
    const drag = (event: DragEvent) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      event.dataTransfer!.dropEffect = 'copy';
      setOver(true);
    };
    /** Out of the window, not only from one element to the next. */
    const leave = (event: DragEvent) => event.relatedTarget === null && setOver(false);
    const onDrop = (event: DragEvent) => void drop(event);
    addEventListener('dragover', drag);
    addEventListener('dragleave', leave);
    addEventListener('drop', onDrop);
    return () => {
      removeEventListener('dragover', drag);
      removeEventListener('dragleave', leave);
      removeEventListener('drop', onDrop);
    };
  }, [api, store]);
  return (
    <>
      {over && (
        <div className={styles.over}>
          <p>
            <Import size={28} strokeWidth={1.5} aria-hidden />
            <strong>{t('drop.here')}</strong>
            {t('drop.here.note')}
          </p>
        </div>
      )}
      <Dialog title={t('drop.title')} open={sending !== null} onClose={() => stop.current?.abort()}>
        {sending && (
          <div className={styles.sending}>
            <progress max={sending.total} value={sending.done} aria-label={t('drop.title')} />
            <p role="status">
              {t('drop.progress', {
                done: sending.done,
                total: sending.total,
                megabytes: formatNumber(Math.round(sending.bytes / 1e6)),
              })}
            </p>
            <p className={styles.note}>{t('drop.note')}</p>
            <footer>
              <Button onClick={() => stop.current?.abort()}>{t('import.stop')}</Button>
            </footer>
          </div>
        )}
      </Dialog>
    </>
  );
}
