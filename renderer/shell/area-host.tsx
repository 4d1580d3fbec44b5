import { Component, type ComponentType, lazy, type ReactNode, Suspense } from 'react';
import { asContractError } from '../api/errors.ts';
import { t } from '../messages/index.ts';
import { useWorkbench } from '../state/context.ts';
import type { Area } from '../state/view.ts';
import { Button } from '../ui/button.tsx';
import { Empty, Failure } from '../ui/empty.tsx';
import styles from './shell.module.css';

/** Work areas beside the pages: `features/<area>/index.tsx` with a component as its default export, loaded when opened. */
const modules = import.meta.glob<{ default: ComponentType }>('../features/*/index.tsx');

const areas = new Map(
  Object.entries(modules).map(([path, load]) => [path.split('/').at(-2), lazy(load)] as const),
);

export function AreaHost({ area }: { readonly area: Area }) {
  const { store } = useWorkbench();
  const Content = areas.get(area);
  if (!Content)
    return (
      <main className={styles.area}>
        <Empty title={t('area.notLoaded')}>
          <Button onClick={() => store.getState().show({ area: 'pages' })}>{t('area.notLoaded.back')}</Button>
        </Empty>
      </main>
    );
  return (
    <main className={styles.area} data-region="area">
      <Guard>
        <Suspense fallback={null}>
          <Content />
        </Suspense>
      </Guard>
    </main>
  );
}

/** A fault in one area leaves the rest of the window alone. */
export class Guard extends Component<{ readonly children: ReactNode }, { readonly error: unknown }> {
  override state = { error: null as unknown };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    if (this.state.error === null) return this.props.children;
    const error = { ...asContractError(this.state.error), hint: t('error.render.hint') };
    return (
      <Failure title={t('error.render')} error={error}>
        <Button onClick={() => location.reload()}>{t('error.reload')}</Button>
      </Failure>
    );
  }
}
