import { X } from 'lucide-react';
import { useEffect } from 'react';
import { t } from '../messages/index.ts';
import { useGalley, useWorkbench } from '../state/context.ts';
import type { Toast } from '../state/view.ts';
import { Button, IconButton } from '../ui/button.tsx';
import styles from './toasts.module.css';

const SHOWN_MS = 4000;
const SHOWN_WITH_ACTION_MS = 9000;

/** Short news at the bottom; an error stays until it is dismissed. */
export function Toasts() {
  const toasts = useGalley((state) => state.toasts);
  return (
    <div className={styles.stack} aria-live="polite">
      {toasts.map((toast) => (
        <Item key={toast.id} toast={toast} />
      ))}
    </div>
  );
}

function Item({ toast }: { readonly toast: Toast }) {
  const { store } = useWorkbench();
  const { dropToast } = store.getState();
  useEffect(() => {
    if (toast.kind === 'error') return;
    const timer = setTimeout(() => dropToast(toast.id), toast.action ? SHOWN_WITH_ACTION_MS : SHOWN_MS);
    return () => clearTimeout(timer);
  }, [dropToast, toast]);
  return (
    <div className={styles.toast} data-kind={toast.kind} role={toast.kind === 'error' ? 'alert' : undefined}>
      <span>{toast.text}</span>
      {toast.action && (
        <Button
          kind="quiet"
          onClick={() => {
            toast.action?.run();
            dropToast(toast.id);
          }}
        >
          {toast.action.title}
        </Button>
      )}
      <IconButton icon={X} label={t('banner.dismiss')} side="top" onClick={() => dropToast(toast.id)} />
    </div>
  );
}
