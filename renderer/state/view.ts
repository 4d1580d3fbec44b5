import type { LabelSource } from '../../core/workbench/contract.ts';
import type { Camera } from '../canvas/kernels/camera.ts';
import type { SliceOf } from './api.ts';

export type Area = 'pages' | 'review' | 'train' | 'highconf' | 'runs' | 'settings';
export type PanelTab = 'parse' | 'recipes' | 'inspector' | 'json';
export type Layer = 'image' | 'words' | 'lines' | 'groups';
export type Tool = 'select' | 'lasso' | 'pan';

export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly kind: 'info' | 'error';
  readonly action?: { readonly title: string; run(): void };
}

/** How the window looks at a project; remembered on this machine per project. */
interface Remembered {
  readonly pageNum: number | null;
  readonly source: LabelSource;
  readonly layers: Readonly<Record<Layer, boolean>>;
  readonly hiddenLabels: readonly number[];
  /** Strength of word fills, 0..1. */
  readonly opacity: number;
  /** Words below this confidence are not drawn, 0..1. */
  readonly threshold: number;
  /** "Accept above" takes predictions from this confidence on, 0..1. */
  readonly acceptAbove: number;
  readonly confidenceFill: boolean;
  readonly letters: boolean;
  /** Decided words stand above weak labels and predictions. */
  readonly decidedOver: boolean;
  readonly dimScan: boolean;
  readonly pageListOpen: boolean;
  readonly panelOpen: boolean;
  readonly panelWidth: number;
  readonly panelTab: PanelTab;
  readonly cameras: Readonly<Record<number, Camera>>;
}

export interface ViewSlice extends Remembered {
  readonly area: Area;
  readonly tool: Tool;
  readonly dialog: 'palette' | 'cheat-sheet' | null;
  readonly filtersOpen: boolean;
  readonly toasts: readonly Toast[];
  show(changes: Partial<ViewSlice>): void;
  toggleLayer(layer: Layer): void;
  toggleLabel(id: number): void;
  keepCamera(pageNum: number, camera: Camera): void;
  restoreView(projectId: string): void;
  toast(text: string, options?: Partial<Pick<Toast, 'kind' | 'action'>>): void;
  dropToast(id: number): void;
}

export const PANEL_WIDTH = { least: 340, most: 420, first: 368 };
const KEPT_CAMERAS = 200;

const fresh: Remembered = {
  pageNum: null,
  source: 'weak',
  layers: { image: true, words: true, lines: false, groups: false },
  hiddenLabels: [],
  opacity: 0.2,
  threshold: 0,
  acceptAbove: 0.9,
  confidenceFill: false,
  letters: true,
  decidedOver: true,
  dimScan: false,
  pageListOpen: true,
  panelOpen: true,
  panelWidth: PANEL_WIDTH.first,
  panelTab: 'parse',
  cameras: {},
};

const storageKey = (projectId: string) => `galley.view.${projectId}`;
let toastId = 0;

export const viewSlice: SliceOf<ViewSlice> = () => (set, get) => ({
  ...fresh,
  area: 'pages',
  tool: 'select',
  dialog: null,
  filtersOpen: false,
  toasts: [],
  show: (changes) => set(changes),
  toggleLayer: (layer) => set(({ layers }) => ({ layers: { ...layers, [layer]: !layers[layer] } })),
  toggleLabel: (id) =>
    set(({ hiddenLabels }) => ({
      hiddenLabels: hiddenLabels.includes(id) ? hiddenLabels.filter((h) => h !== id) : [...hiddenLabels, id],
    })),
  keepCamera: (pageNum, camera) =>
    set(({ cameras }) => {
      const { [pageNum]: _, ...others } = cameras;
      const kept = Object.entries(others).slice(-KEPT_CAMERAS);
      return { cameras: { ...Object.fromEntries(kept), [pageNum]: camera } };
    }),
  restoreView: (projectId) => set({ ...fresh, ...readView(projectId) }),
  toast: (text, options) => {
    const toast: Toast = { id: ++toastId, text, kind: 'info', ...options };
    set({ toasts: [...get().toasts.slice(-2), toast] });
  },
  dropToast: (id) => set({ toasts: get().toasts.filter((toast) => toast.id !== id) }),
});

function readView(projectId: string): Partial<Remembered> {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(storageKey(projectId)) ?? '{}');
    if (typeof stored !== 'object' || stored === null) return {};
    const known = Object.entries(stored).filter(
      ([key, value]) =>
        key in fresh && (key === 'pageNum' || typeof value === typeof fresh[key as keyof Remembered]),
    );
    return Object.fromEntries(known);
  } catch {
    return {};
  }
}

/** Keeps the view for the next start; failing to (storage full or denied) is no reason to disturb anybody. */
export function rememberView(projectId: string, state: ViewSlice): void {
  const kept = Object.fromEntries(Object.keys(fresh).map((key) => [key, state[key as keyof Remembered]]));
  try {
    localStorage.setItem(storageKey(projectId), JSON.stringify(kept));
  } catch {
    // The next start shows the usual view.
  }
}
