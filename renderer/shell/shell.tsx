import { lazy, Suspense, useEffect, useMemo, useRef, useState } from 'react';
import { makeActions } from '../actions/actions.ts';
import { type Actions, ActionsContext } from '../actions/context.ts';
import { useKeyboard } from '../actions/keyboard.ts';
import { DropTarget } from '../features/import/drop-target.tsx';
import { t } from '../messages/index.ts';
import { useGalley, useGalleyParts, useWorkbench } from '../state/context.ts';
import { Button } from '../ui/button.tsx';
import { Failure } from '../ui/empty.tsx';
import { AreaHost } from './area-host.tsx';
import { Banners } from './banners.tsx';
import { FolderChoice } from './folder-choice.tsx';
import { JobStrip } from './job-strip.tsx';
import { useNativeMenu } from './native-menu.ts';
import { Rail } from './rail.tsx';
import styles from './shell.module.css';
import { useTheme } from './theme.ts';
import { Toasts } from './toasts.tsx';

const PagesArea = lazy(async () => ({ default: (await import('./pages-area.tsx')).PagesArea }));
const FirstScreen = lazy(async () => ({ default: (await import('./first-screen.tsx')).FirstScreen }));
const loadPalette = () => import('./command-palette.tsx');
const CommandPalette = lazy(async () => ({ default: (await loadPalette()).CommandPalette }));
const ImportDialog = lazy(() => import('../features/import/index.tsx'));
const CheatSheet = lazy(async () => ({ default: (await import('./cheat-sheet.tsx')).CheatSheet }));

/** The window: rail, work area, job strip, and what lies over them. */
export function Shell() {
  const workbench = useWorkbench();
  const labels = useGalley((state) => state.project?.labels);
  const canvas = useRef<Actions['canvas']>({ current: null });
  // biome-ignore lint/correctness/useExhaustiveDependencies: there is one action for each label of the project
  const actions = useMemo<Actions>(() => {
    const list = makeActions(workbench, canvas.current);
    return { list, byId: new Map(list.map((action) => [action.id, action])), canvas: canvas.current };
  }, [workbench, labels]);
  useTheme();
  return (
    <ActionsContext value={actions}>
      <Window />
    </ActionsContext>
  );
}

function Window() {
  useKeyboard();
  useNativeMenu();
  const { phase, name, dialog, importId } = useGalleyParts((state) => ({
    phase: state.phase,
    name: state.project?.name,
    dialog: state.dialog,
    importId: state.importId,
  }));
  const palette = useEver(dialog === 'palette');
  const cheatSheet = useEver(dialog === 'cheat-sheet');
  // What is typed right after Ctrl-K is meant for the palette: it must not be on its way then.
  useEffect(() => {
    const idle = requestIdleCallback(() => void loadPalette(), { timeout: 3000 });
    return () => cancelIdleCallback(idle);
  }, []);
  useEffect(() => {
    document.title = name ? `${name} – ${t('app.name')}` : t('app.name');
  }, [name]);
  return (
    <>
      {phase === 'starting' && (
        <p className={styles.starting} role="status">
          {t('app.loading')}
        </p>
      )}
      {phase === 'failed' && <CannotOpen />}
      <Suspense>{phase === 'none' && <FirstScreen />}</Suspense>
      {phase === 'open' && <OpenProject />}
      <Suspense>{palette && <CommandPalette />}</Suspense>
      <Suspense>{cheatSheet && <CheatSheet />}</Suspense>
      <FolderChoice />
      <Suspense>{importId !== null && <ImportDialog key={importId} importId={importId} />}</Suspense>
      <DropTarget />
      <Toasts />
    </>
  );
}

/** Whether something held at least once: what was opened stays mounted, and fades when it is closed. */
function useEver(holds: boolean): boolean {
  const [ever, setEver] = useState(holds);
  if (holds && !ever) setEver(true);
  return ever || holds;
}

function OpenProject() {
  const area = useGalley((state) => state.area);
  return (
    <div className={styles.window}>
      <Banners />
      <div className={styles.columns}>
        <Rail />
        {area === 'pages' ? (
          <Suspense fallback={<main className={styles.area} aria-busy />}>
            <PagesArea />
          </Suspense>
        ) : (
          <AreaHost key={area} area={area} />
        )}
      </div>
      <JobStrip />
    </div>
  );
}

function CannotOpen() {
  const { store } = useWorkbench();
  const error = useGalley((state) => state.sessionError);
  if (!error) return null;
  return (
    <main className={styles.whole}>
      <Failure title={t('error.title')} error={error}>
        <Button kind="primary" onClick={() => void store.getState().boot()}>
          {t('error.retry')}
        </Button>
        <Button onClick={() => store.getState().setProject(null)}>{t('error.other')}</Button>
      </Failure>
    </main>
  );
}
