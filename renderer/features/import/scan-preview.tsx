import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { CallOutput, ContractError } from '../../../core/workbench/contract.ts';
import { asContractError } from '../../api/errors.ts';
import { formatNumber, formatShare, t } from '../../messages/index.ts';
import { useWorkbench } from '../../state/context.ts';
import { IconButton } from '../../ui/button.tsx';
import styles from './import.module.css';

type Preview = CallOutput<'import.preview'> & { readonly scan: number };

interface ScanPreviewProps {
  readonly importId: string;
  readonly scans: number;
  readonly deskew: boolean;
  readonly crop: boolean;
}

/** One scan before and after levelling and cutting; any scan of the plan can be looked at. */
export function ScanPreview({ importId, scans, deskew, crop }: ScanPreviewProps) {
  const { api } = useWorkbench();
  const [scan, setScan] = useState(0);
  const [preview, setPreview] = useState<Preview | null>(null);
  const [error, setError] = useState<ContractError | null>(null);
  useEffect(() => {
    let wanted = true;
    // Pictures of one scan must not stand under the number of another.
    setPreview((shown) => (shown?.scan === scan ? shown : null));
    api.call('import.preview', { importId, scan, deskew, crop }).then(
      (found) => {
        if (!wanted) return;
        setPreview({ scan, ...found });
        setError(null);
      },
      (cause) => {
        if (wanted) setError(asContractError(cause));
      },
    );
    return () => {
      wanted = false;
    };
  }, [api, importId, scan, deskew, crop]);
  const step = (by: number) => setScan((scan + by + scans) % scans);
  return (
    <section className={styles.preview} aria-label={t('import.preview')}>
      <header>
        <span>{t('import.preview.which', { scan: formatNumber(scan + 1), scans: formatNumber(scans) })}</span>
        <strong>{preview?.title}</strong>
        <IconButton icon={ChevronLeft} label={t('import.preview.previous')} onClick={() => step(-1)} />
        <IconButton icon={ChevronRight} label={t('import.preview.next')} onClick={() => step(1)} />
      </header>
      <div className={styles.pair}>
        <Picture title={t('import.preview.before')} png={preview?.before} />
        <Picture title={t('import.preview.after')} png={preview?.after} />
      </div>
      <p role="status" className={error ? styles.wrong : styles.quiet}>
        {error ? error.message : preview ? whatWasDone(preview, deskew, crop) : t('import.preview.loading')}
      </p>
    </section>
  );
}

function whatWasDone({ skew, block: [x0, y0, x1, y1] }: Preview, deskew: boolean, crop: boolean): string {
  const angle = skew.toFixed(2).replace('-', '\u2212');
  const kept = (x1 - x0) * (y1 - y0);
  return [
    deskew && (skew === 0 ? t('import.preview.level') : t('import.preview.skew', { angle })),
    crop &&
      (kept > 0.999 ? t('import.preview.whole') : t('import.preview.kept', { share: formatShare(kept) })),
  ]
    .filter(Boolean)
    .join(' ');
}

/** A PNG as it came over the wire; the place keeps its size while there is none. */
function Picture({ title, png }: { readonly title: string; readonly png: string | undefined }) {
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    if (png === undefined) return setUrl(null);
    const bytes = Uint8Array.from(atob(png), (character) => character.charCodeAt(0));
    const made = URL.createObjectURL(new Blob([bytes], { type: 'image/png' }));
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [png]);
  return (
    <figure>
      <div>{url && <img src={url} alt={title} />}</div>
      <figcaption>{title}</figcaption>
    </figure>
  );
}
