import {
  Check,
  CheckCheck,
  ChevronDown,
  ChevronUp,
  Command,
  Eraser,
  Eye,
  FileJson,
  Filter,
  Folder,
  Hand,
  Image,
  Import,
  Keyboard,
  Lasso,
  type LucideIcon,
  Maximize,
  MousePointer2,
  MoveHorizontal,
  PanelLeft,
  PanelRight,
  Redo2,
  Search,
  Sparkles,
  SquareDashed,
  SunMoon,
  TextSelect,
  Undo2,
  ZoomIn,
  ZoomOut,
} from 'lucide-react';
import type { LabelSource, ProjectInfo } from '../../core/workbench/contract.ts';
import type { CanvasPort } from '../canvas/port.ts';
import { t } from '../messages/index.ts';
import { AREAS } from '../shell/areas.ts';
import type { State } from '../state/api.ts';
import type { Workbench } from '../state/context.ts';
import { exportPages } from '../state/exports.ts';
import { NO_FILTERS } from '../state/filters.ts';
import { importGoldFromDataset, importGoldFromFile } from '../state/gold-import.ts';
import { shownPages } from '../state/pages.ts';
import type { Action } from './action.ts';

const always = () => true;
const inProject = (state: State) => state.phase === 'open';
const onPage = (state: State) => state.area === 'pages' && state.detail !== null;
const withSelection = (state: State) => onPage(state) && state.selection.size > 0;
const mayEdit = (state: State) => onPage(state) && state.project?.readOnly === false;
const mayAccept = (state: State) => mayEdit(state) && state.detail?.predicted !== null;
const mayLabel = (state: State) => mayEdit(state) && state.selection.size > 0;

type Options = Partial<Pick<Action, 'where' | 'inText' | 'enabled' | 'on'>> & { icon?: LucideIcon };

/** Every action of the window. `canvas` reaches the page canvas while one is mounted. */
export function makeActions({ store, api }: Workbench, canvas: CanvasPort): Action[] {
  const state = store.getState;
  const list: Action[] = [];
  const add = (
    id: string,
    group: Action['group'],
    title: string,
    keys: readonly string[],
    run: () => unknown,
    { where = 'pages', enabled = onPage, ...rest }: Options = {},
  ) => list.push({ id, group, title, keys, run, where, enabled, ...rest });
  const anywhere = { where: 'anywhere', enabled: inProject } as const;

  add('palette', 'window', t('action.palette'), ['mod+k'], () => state().show({ dialog: 'palette' }), {
    ...anywhere,
    icon: Command,
    inText: true,
  });
  add('cheat-sheet', 'window', t('action.cheatSheet'), ['?'], () => state().show({ dialog: 'cheat-sheet' }), {
    ...anywhere,
    icon: Keyboard,
  });
  add(
    'toggle-pages',
    'window',
    t('action.togglePages'),
    ['mod+b'],
    () => state().show({ pageListOpen: !state().pageListOpen }),
    {
      icon: PanelLeft,
      enabled: inProject,
      on: (s) => s.pageListOpen,
      inText: true,
    },
  );
  add(
    'toggle-panel',
    'window',
    t('action.togglePanel'),
    ['mod+j'],
    () => state().show({ panelOpen: !state().panelOpen }),
    {
      icon: PanelRight,
      enabled: inProject,
      on: (s) => s.panelOpen,
      inText: true,
    },
  );
  for (const [tab, title, key] of [
    ['parse', t('action.panel.parse'), 'alt+1'],
    ['inspector', t('action.panel.inspector'), 'alt+2'],
    ['json', t('action.panel.json'), 'alt+3'],
    ['recipes', t('action.panel.recipes'), 'alt+4'],
  ] as const)
    add(`panel-${tab}`, 'window', title, [key], () => state().show({ panelOpen: true, panelTab: tab }), {
      enabled: onPage,
      icon: tab === 'json' ? FileJson : PanelRight,
    });
  add('next-region', 'window', t('action.nextRegion'), ['f6'], () => focusNextRegion(), {
    ...anywhere,
    inText: true,
  });
  add(
    'theme',
    'window',
    t('action.theme'),
    [],
    () => {
      const dark = document.documentElement.dataset.theme === 'dark';
      return state().changeSettings({ theme: dark ? 'light' : 'dark' });
    },
    { where: 'anywhere', enabled: always, icon: SunMoon },
  );
  add('open-folder', 'window', t('action.openFolder'), [], () => state().chooseFolder('open'), {
    where: 'anywhere',
    enabled: always,
    icon: Folder,
  });
  add('import-pages', 'window', t('first.import'), [], () => state().chooseFolder('import'), {
    where: 'anywhere',
    enabled: always,
    icon: Import,
  });
  add('open-demo', 'window', t('action.openDemo'), [], () => state().openDemo(), {
    where: 'anywhere',
    enabled: always,
    icon: Folder,
  });
  AREAS.forEach(({ area, title, icon }, i) => {
    add(`area-${area}`, 'go', t(title), [`alt+shift+${i + 1}`], () => state().show({ area }), {
      ...anywhere,
      icon,
      inText: true,
      on: (s) => s.area === area,
    });
  });

  const pages = { enabled: (s: State) => inProject(s) && s.area === 'pages' };
  add('next-page', 'pages', t('action.nextPage'), ['pagedown', 'j'], () => state().stepPage(1), {
    ...pages,
    icon: ChevronDown,
  });
  add('previous-page', 'pages', t('action.previousPage'), ['pageup', 'k'], () => state().stepPage(-1), {
    ...pages,
    icon: ChevronUp,
  });
  add(
    'first-page',
    'pages',
    t('action.firstPage'),
    ['mod+home'],
    () => state().stepPage(Number.NEGATIVE_INFINITY),
    pages,
  );
  add(
    'last-page',
    'pages',
    t('action.lastPage'),
    ['mod+end'],
    () => state().stepPage(Number.POSITIVE_INFINITY),
    pages,
  );
  add(
    'search',
    'pages',
    t('action.search'),
    ['/', 'mod+f'],
    () => {
      state().show({ area: 'pages', pageListOpen: true });
      requestAnimationFrame(() => document.querySelector<HTMLInputElement>('[data-focus="search"]')?.focus());
    },
    { ...anywhere, icon: Search },
  );
  add(
    'toggle-filters',
    'pages',
    t('action.toggleFilters'),
    ['shift+f'],
    () => state().show({ pageListOpen: true, filtersOpen: !state().filtersOpen }),
    {
      ...pages,
      icon: Filter,
      on: (s) => s.filtersOpen,
    },
  );
  add(
    'filter-disagreement',
    'pages',
    t('action.filterDisagreement'),
    [],
    () => state().setFilters({ disagreement: !state().filters.disagreement }),
    {
      ...pages,
      on: (s) => s.filters.disagreement,
    },
  );
  add(
    'filter-unlabelled',
    'pages',
    t('action.filterUnlabelled'),
    [],
    () => state().setFilters({ unlabelled: !state().filters.unlabelled }),
    {
      ...pages,
      on: (s) => s.filters.unlabelled,
    },
  );
  add(
    'reset-filters',
    'pages',
    t('action.resetFilters'),
    [],
    () => {
      state().setFilters(NO_FILTERS);
      return state().search('');
    },
    pages,
  );

  for (const label of labelsOf(state().project))
    add(
      `label-${label.id}`,
      'label',
      t('action.label', { label: label.title }),
      [label.key],
      () => state().label(state().selection, label.id),
      {
        enabled: mayLabel,
      },
    );
  add(
    'clear-label',
    'label',
    t('action.clearLabel'),
    ['delete', 'backspace'],
    () => state().label(state().selection, -1),
    {
      enabled: mayLabel,
      icon: Eraser,
    },
  );

  const accepting =
    (words: () => Iterable<number>, atLeast = () => 0) =>
    () => {
      const count = state().accept(words(), atLeast());
      state().toast(count > 0 ? t('accept.done', { count }) : t('accept.nothing'));
    };
  const allWords = () => state().detail?.words.keys() ?? [];
  add(
    'accept-selection',
    'accept',
    t('action.acceptSelection'),
    ['enter', 'a'],
    accepting(() => state().selection),
    {
      enabled: (s) => mayAccept(s) && s.selection.size > 0,
      icon: Check,
    },
  );
  add(
    'accept-line',
    'accept',
    t('action.acceptLine'),
    ['shift+enter'],
    () => {
      state().selectLines(state().selection);
      return accepting(() => state().selection)();
    },
    { enabled: (s) => mayAccept(s) && s.selection.size > 0, icon: Check },
  );
  add(
    'accept-visible',
    'accept',
    t('action.acceptVisible'),
    ['shift+a'],
    accepting(() => canvas.current?.visibleWords() ?? []),
    {
      enabled: mayAccept,
      icon: Eye,
    },
  );
  add('accept-page', 'accept', t('action.acceptPage'), ['mod+shift+a'], accepting(allWords), {
    enabled: mayAccept,
    icon: CheckCheck,
  });
  add(
    'accept-above',
    'accept',
    t('action.acceptAbove'),
    [],
    accepting(allWords, () => state().acceptAbove),
    {
      enabled: mayAccept,
      icon: CheckCheck,
    },
  );
  add('predict-page', 'accept', t('action.predictPage'), ['mod+p'], () => state().predictPage(), {
    enabled: (s) => onPage(s) && (s.project?.models.length ?? 0) > 0,
    icon: Sparkles,
  });
  add(
    'predict-all',
    'accept',
    t('action.predictAll'),
    [],
    async () => {
      try {
        await api.call('predict.pages', {});
      } catch (error) {
        state().toast(error instanceof Error ? error.message : String(error), { kind: 'error' });
      }
    },
    { ...anywhere, enabled: (s) => inProject(s) && (s.project?.models.length ?? 0) > 0, icon: Sparkles },
  );

  add('undo', 'edit', t('action.undo'), ['mod+z'], () => state().undo(), {
    enabled: (s) => s.undoStack.length > 0 && s.project?.readOnly === false,
    icon: Undo2,
  });
  add('redo', 'edit', t('action.redo'), ['mod+shift+z', 'mod+y'], () => state().redo(), {
    enabled: (s) => s.redoStack.length > 0 && s.project?.readOnly === false,
    icon: Redo2,
  });

  const importing = { ...anywhere, enabled: (s: State) => inProject(s) && s.project?.readOnly === false };
  add('import-gold', 'edit', t('action.importGold'), [], () => importGoldFromDataset({ store, api }), {
    ...importing,
    enabled: (s) => importing.enabled(s) && (s.project?.goldWaiting ?? 0) > 0,
    icon: Import,
  });
  add('import-gold-file', 'edit', t('action.importGoldFile'), [], () => importGoldFromFile({ store, api }), {
    ...importing,
    icon: Import,
  });

  const step = (steps: number, extend: boolean) => () => state().stepWord(steps, extend);
  add('select-all', 'select', t('action.selectAll'), ['mod+a'], () => state().select(allWords(), null), {
    icon: TextSelect,
  });
  add('select-line', 'select', t('action.selectLine'), ['l'], () => state().selectLines(state().selection), {
    enabled: withSelection,
    icon: TextSelect,
  });
  add('select-none', 'select', t('action.selectNone'), ['esc'], () => state().select([], null), {
    enabled: withSelection,
  });
  add('next-word', 'select', t('action.nextWord'), ['right'], step(1, false));
  add('previous-word', 'select', t('action.previousWord'), ['left'], step(-1, false));
  add('extend-next', 'select', t('action.extendNext'), ['shift+right'], step(1, true));
  add('extend-previous', 'select', t('action.extendPrevious'), ['shift+left'], step(-1, true));
  add('next-line', 'select', t('action.nextLine'), ['down'], () => state().stepLine(1));
  add('previous-line', 'select', t('action.previousLine'), ['up'], () => state().stepLine(-1));
  add('next-undecided', 'select', t('action.nextUndecided'), ['u'], () => state().stepTo(1, 'undecided'));
  add('tool-select', 'select', t('action.toolSelect'), ['v'], () => state().show({ tool: 'select' }), {
    icon: MousePointer2,
    on: (s) => s.tool === 'select',
  });
  add('tool-lasso', 'select', t('action.toolLasso'), ['q'], () => state().show({ tool: 'lasso' }), {
    icon: Lasso,
    on: (s) => s.tool === 'lasso',
  });
  add('tool-pan', 'select', t('action.toolPan'), ['h'], () => state().show({ tool: 'pan' }), {
    icon: Hand,
    on: (s) => s.tool === 'pan',
  });

  const sourceKeys: Readonly<Record<LabelSource, string>> = {
    weak: 'w',
    gold: 'g',
    predicted: 'p',
    diff: 'd',
  };
  for (const source of ['weak', 'gold', 'predicted', 'diff'] as const)
    add(
      `source-${source}`,
      'source',
      t(`action.source.${source}`),
      [sourceKeys[source]],
      () => state().show({ source }),
      {
        on: (s) => s.source === source,
      },
    );
  add('next-difference', 'source', t('action.nextDifference'), ['n'], () => state().stepTo(1, 'difference'), {
    icon: ChevronDown,
  });
  add(
    'previous-difference',
    'source',
    t('action.previousDifference'),
    ['shift+n'],
    () => state().stepTo(-1, 'difference'),
    { icon: ChevronUp },
  );

  add('fit-width', 'view', t('action.fitWidth'), ['f'], () => canvas.current?.fit('width'), {
    icon: MoveHorizontal,
  });
  add('fit-page', 'view', t('action.fitPage'), ['mod+0'], () => canvas.current?.fit('page'), {
    icon: Maximize,
  });
  add('zoom-in', 'view', t('action.zoomIn'), ['plus', '='], () => canvas.current?.zoom(1.25), {
    icon: ZoomIn,
  });
  add('zoom-out', 'view', t('action.zoomOut'), ['-'], () => canvas.current?.zoom(0.8), { icon: ZoomOut });
  add(
    'zoom-selection',
    'view',
    t('action.zoomSelection'),
    ['mod+g', 'z'],
    () => state().reveal([...state().selection], 'zoom'),
    {
      enabled: withSelection,
      icon: SquareDashed,
    },
  );
  for (const [layer, title, key] of [
    ['words', t('action.toggleWords'), 'alt+h'],
    ['image', t('action.toggleImage'), 'alt+i'],
    ['lines', t('action.toggleLines'), 'alt+l'],
    ['groups', t('action.toggleGroups'), 'alt+g'],
  ] as const)
    add(`layer-${layer}`, 'view', title, [key], () => state().toggleLayer(layer), {
      icon: layer === 'image' ? Image : Eye,
      on: (s) => s.layers[layer],
    });

  const exporting = (pageNums: () => number[] | undefined, what: { overlay: boolean; json: boolean }) => () =>
    exportPages({ store, api }, pageNums(), what);
  const thisPage = () => (state().pageNum === null ? [] : [state().pageNum as number]);
  add(
    'export-page-png',
    'export',
    t('action.exportPagePng'),
    ['mod+e'],
    exporting(thisPage, { overlay: true, json: false }),
    { icon: Image },
  );
  add(
    'export-page-json',
    'export',
    t('action.exportPageJson'),
    [],
    exporting(thisPage, { overlay: false, json: true }),
    { icon: FileJson },
  );
  add(
    'export-filtered',
    'export',
    t('action.exportFiltered'),
    [],
    exporting(() => shownPages(state()).map((page) => page.pageNum), { overlay: true, json: true }),
    { enabled: (s) => inProject(s) && shownPages(s).length > 0 },
  );
  add(
    'export-all',
    'export',
    t('action.exportAll'),
    [],
    exporting(() => undefined, { overlay: true, json: true }),
    {
      enabled: (s) => inProject(s) && s.pages.length > 0,
    },
  );
  return list;
}

function labelsOf(project: ProjectInfo | null): ProjectInfo['labels'] {
  return project?.labels ?? [];
}

/** F6 walks through the parts of the window that hold their own keys. */
function focusNextRegion(): void {
  const regions = [...document.querySelectorAll<HTMLElement>('[data-region]')].filter(
    (r) => r.offsetParent !== null,
  );
  const at = regions.findIndex((region) => region.contains(document.activeElement));
  const next = regions[(at + 1) % regions.length];
  const target = next?.matches('[tabindex]')
    ? next
    : next?.querySelector<HTMLElement>('[tabindex="0"], button, input');
  target?.focus();
}
