import { Download } from 'lucide-react';
import { useActions } from '../../actions/context.ts';
import { keysOf } from '../../actions/keys.ts';
import { t } from '../../messages/index.ts';
import { useGalley, useGalleyParts, useWorkbench } from '../../state/context.ts';
import { shownPages } from '../../state/pages.ts';
import { IconButton } from '../../ui/button.tsx';
import { Menu } from '../../ui/menu.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { RecipeView } from '../recipes/recipe-view.tsx';
import { Inspector } from './inspector.tsx';
import { JsonView } from './json-view.tsx';
import { ParseView } from './parse-view.tsx';
import { Resizer } from './resizer.tsx';
import styles from './side-panel.module.css';

/** The right column: what the page says (AI Parse View), what is known about the selection, and the JSON. */
export function SidePanel() {
  const { store } = useWorkbench();
  const { tab, width } = useGalleyParts((state) => ({ tab: state.panelTab, width: state.panelWidth }));
  return (
    <aside className={styles.panel} style={{ width }} aria-label={t('panel.label')} data-region="panel">
      <Resizer />
      <Tabs
        label={t('panel.label')}
        value={tab}
        onChange={(panelTab) => store.getState().show({ panelTab })}
        end={<ExportMenu />}
        tabs={[
          { value: 'parse', title: t('panel.parse'), content: <ParseView /> },
          { value: 'recipes', title: t('panel.recipes'), content: <RecipeView /> },
          { value: 'inspector', title: t('panel.inspector'), content: <Inspector /> },
          { value: 'json', title: t('panel.json'), content: <JsonView /> },
        ]}
      />
    </aside>
  );
}

function ExportMenu() {
  const { store } = useWorkbench();
  const { byId } = useActions();
  const shown = useGalley((state) => shownPages(state).length);
  const item = (id: string, title: string) => {
    const action = byId.get(id);
    return {
      id,
      title,
      icon: action?.icon,
      keys: action && keysOf(action, store.getState().keys)[0],
      run: () => action?.run(),
    };
  };
  return (
    <Menu
      trigger={<IconButton icon={Download} label={t('export.button')} />}
      items={[
        item('export-page-png', t('export.pagePng')),
        item('export-page-json', t('export.pageJson')),
        'line',
        item('export-filtered', t('export.filtered', { count: shown })),
        { ...item('export-all', t('export.all')), note: t('export.note') },
      ]}
    />
  );
}
