import type Konva from 'konva';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { Layer, Shape, Stage } from 'react-konva/lib/ReactKonvaCore.js';
import { useActions } from '../actions/context.ts';
import { t } from '../messages/index.ts';
import { useGalleyParts, useWorkbench } from '../state/context.ts';
import { CanvasController, type CanvasLayer } from './controller.ts';
import { Gestures } from './gestures.ts';
import { HoverCard } from './hover-card.tsx';
import type { Size } from './kernels/geometry.ts';
import styles from './page-canvas.module.css';
import { loadPicture, scanWidth } from './scan.ts';
import { WordList } from './word-list.tsx';
import { ZoomReadout } from './zoom-readout.tsx';

declare global {
  interface Window {
    /** The mounted canvas, for end-to-end tests and the bench: where words are drawn, and the camera. */
    galleyCanvas?: CanvasController;
  }
}

/** konva's context hands every call on to the canvas context it wraps; the scene draws with the latter. */
const penOf = (context: Konva.Context) => context._context as CanvasRenderingContext2D;

function keeper(layers: React.RefObject<Record<CanvasLayer, Konva.Layer | null>>, name: CanvasLayer) {
  return (layer: Konva.Layer | null) => {
    layers.current[name] = layer;
  };
}

/** The scan, its labels and the selection, each on a layer of its own. */
export function PageCanvas() {
  const workbench = useWorkbench();
  const { canvas: port } = useActions();
  const layers = useRef<Record<CanvasLayer, Konva.Layer | null>>({ scan: null, tokens: null, overlay: null });
  const surface = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState<Size>({ width: 0, height: 0 });
  const [keep] = useState(() => ({
    scan: keeper(layers, 'scan'),
    tokens: keeper(layers, 'tokens'),
    overlay: keeper(layers, 'overlay'),
  }));
  const [controller] = useState(
    () =>
      new CanvasController(workbench.store, (stale) => {
        for (const layer of stale) layers.current[layer]?.batchDraw();
      }),
  );

  useLayoutEffect(() => {
    const { store } = workbench;
    port.current = controller;
    window.galleyCanvas = controller;
    controller.update(store.getState(), null);
    const stops = [
      store.subscribe((state, before) => controller.update(state, before)),
      surface.current ? new Gestures(surface.current, controller, store).attach() : () => undefined,
      watchTheme(() => controller.themeChanged()),
    ];
    return () => {
      port.current = null;
      for (const stop of stops) stop();
    };
  }, [controller, port, workbench]);

  useLayoutEffect(() => {
    const element = surface.current;
    if (!element) return;
    const observer = new ResizeObserver(() => {
      const next = { width: element.clientWidth, height: element.clientHeight };
      setSize(next);
      controller.resize(next);
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [controller]);

  useScan(controller);
  useSpaceKey(surface);

  return (
    <div className={styles.canvas}>
      <div className={styles.stage} aria-hidden>
        <Stage width={size.width} height={size.height} listening={false}>
          <Layer listening={false} ref={keep.scan}>
            <Shape perfectDrawEnabled={false} sceneFunc={(context) => controller.drawScan(penOf(context))} />
          </Layer>
          <Layer listening={false} ref={keep.tokens}>
            <Shape
              perfectDrawEnabled={false}
              sceneFunc={(context) => controller.drawTokens(penOf(context))}
            />
          </Layer>
          <Layer listening={false} ref={keep.overlay}>
            <Shape
              perfectDrawEnabled={false}
              sceneFunc={(context) => controller.drawOverlay(penOf(context))}
            />
          </Layer>
        </Stage>
      </div>
      <WordList ref={surface} controller={controller} />
      <HoverCard controller={controller} />
      <MissingScan />
      <ZoomReadout controller={controller} />
    </div>
  );
}

function MissingScan() {
  const missing = useGalleyParts((state) => state.detail !== null && !state.detail.summary.hasImage);
  return missing ? (
    <p className={styles.notice} role="status">
      {t('canvas.noImage')}
    </p>
  ) : null;
}

const SHARPEN_AFTER_MS = 120;

/** Keeps the picture of the open page as sharp as the zoom asks for, and has the neighbours' ready. */
function useScan(controller: CanvasController): void {
  const { api, store } = useWorkbench();
  const { detail, pages } = useGalleyParts(({ detail, pages }) => ({ detail, pages }));
  const pageNum = detail?.summary.pageNum;
  const hasImage = detail?.summary.hasImage ?? false;
  const [width, setWidth] = useState(0);

  useEffect(() => {
    const measure = () => {
      const open = store.getState().detail;
      if (!open || controller.viewport.width === 0) return;
      setWidth(scanWidth(open.width * controller.camera.scale * devicePixelRatio, open.width));
    };
    measure();
    // A page that is being zoomed passes many widths by: only where it stops is a scan wanted.
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = controller.subscribe(() => {
      clearTimeout(timer);
      timer = setTimeout(measure, SHARPEN_AFTER_MS);
    });
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [controller, store]);

  useEffect(() => {
    if (pageNum === undefined || !hasImage || width === 0) return;
    let wanted = true;
    loadPicture(api.pageImageUrl(pageNum, width))
      .then((picture) => {
        if (!wanted) return;
        controller.setPicture(picture);
        const at = pages.findIndex((page) => page.pageNum === pageNum);
        const next = pages[at + 1];
        if (next?.hasImage) void loadPicture(api.pageImageUrl(next.pageNum, width)).catch(() => undefined);
      })
      .catch(() => undefined);
    return () => {
      wanted = false;
    };
  }, [api, controller, hasImage, pageNum, pages, width]);
}

/** Space held turns dragging into moving the page. */
function useSpaceKey(surface: React.RefObject<HTMLDivElement | null>): void {
  useEffect(() => {
    const hold = (event: KeyboardEvent) => {
      const target = event.target instanceof Element ? event.target : null;
      if (event.code !== 'Space' || target?.closest('button, input, textarea, [role="switch"]')) return;
      event.preventDefault();
      if (surface.current) surface.current.dataset.space = 'held';
    };
    const release = (event: KeyboardEvent) => {
      if (event.code === 'Space' && surface.current) surface.current.dataset.space = '';
    };
    window.addEventListener('keydown', hold);
    window.addEventListener('keyup', release);
    return () => {
      window.removeEventListener('keydown', hold);
      window.removeEventListener('keyup', release);
    };
  }, [surface]);
}

function watchTheme(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
  return () => observer.disconnect();
}
