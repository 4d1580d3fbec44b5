import { Eye, EyeOff, Layers } from 'lucide-react';
import { formatShare, t } from '../../messages/index.ts';
import { useGalleyParts, useWorkbench } from '../../state/context.ts';
import type { Layer } from '../../state/view.ts';
import { IconButton } from '../../ui/button.tsx';
import { LabelChip } from '../../ui/chip.tsx';
import { Popover } from '../../ui/popover.tsx';
import { Slider } from '../../ui/slider.tsx';
import { Switch } from '../../ui/switch.tsx';
import styles from './page-area.module.css';

const LAYERS: readonly Layer[] = ['image', 'words', 'lines', 'groups'];
const SWITCHES = [
  ['decidedOver', 'canvas.decidedOver'],
  ['letters', 'canvas.letters'],
  ['confidenceFill', 'canvas.strength'],
  ['dimScan', 'canvas.dim'],
] as const;

/** What of the page is drawn, and how strongly. */
export function LayersPopover() {
  const { store } = useWorkbench();
  const { show, toggleLayer, toggleLabel } = store.getState();
  const view = useGalleyParts(
    ({
      layers,
      hiddenLabels,
      opacity,
      threshold,
      confidenceFill,
      letters,
      decidedOver,
      dimScan,
      project,
    }) => ({
      layers,
      hiddenLabels,
      opacity,
      threshold,
      confidenceFill,
      letters,
      decidedOver,
      dimScan,
      labels: project?.labels,
    }),
  );
  return (
    <Popover label={t('canvas.layers')} trigger={<IconButton icon={Layers} label={t('canvas.layers')} />}>
      <div className={styles.layers}>
        {LAYERS.map((layer) => (
          <Switch
            key={layer}
            label={t(`canvas.layer.${layer}`)}
            checked={view.layers[layer]}
            onChange={() => toggleLayer(layer)}
          />
        ))}
        <hr className={styles.line} />
        {SWITCHES.map(([name, title]) => (
          <Switch key={name} label={t(title)} checked={view[name]} onChange={(on) => show({ [name]: on })} />
        ))}
        <hr className={styles.line} />
        <Slider
          label={t('canvas.opacity')}
          value={view.opacity}
          min={0.05}
          max={0.6}
          step={0.01}
          shown={formatShare(view.opacity)}
          onChange={(opacity) => show({ opacity })}
        />
        <Slider
          label={t('canvas.threshold')}
          value={view.threshold}
          min={0}
          max={1}
          step={0.01}
          shown={formatShare(view.threshold)}
          onChange={(threshold) => show({ threshold })}
        />
        <hr className={styles.line} />
        <p className={styles.caption}>{t('canvas.labels')}</p>
        {view.labels?.map((label) => {
          const hidden = view.hiddenLabels.includes(label.id);
          return (
            <button
              key={label.id}
              type="button"
              className={styles.toggle}
              aria-pressed={!hidden}
              aria-label={t(hidden ? 'canvas.showLabel' : 'canvas.hideLabel', { label: label.title })}
              onClick={() => toggleLabel(label.id)}
            >
              <LabelChip label={label} />
              {hidden ? <EyeOff size={15} aria-hidden /> : <Eye size={15} aria-hidden />}
            </button>
          );
        })}
      </div>
    </Popover>
  );
}
