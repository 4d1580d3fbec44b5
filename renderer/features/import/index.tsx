import { FolderOpen, Import } from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import type { ContractError } from '../../../core/workbench/contract.ts';
import type { ImportPlan } from '../../../core/workbench/contract-import.ts';
import { asContractError } from '../../api/errors.ts';
import { formatShare, t } from '../../messages/index.ts';
import { useGalley, useWorkbench } from '../../state/context.ts';
import { isLive } from '../../state/jobs.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Empty, Failure } from '../../ui/empty.tsx';
import { Slider } from '../../ui/slider.tsx';
import { Switch } from '../../ui/switch.tsx';
import styles from './import.module.css';
import { PlanView } from './plan-view.tsx';

/** What importing a chosen folder would do, the options that matter, and the start of it. */
export default function ImportDialog({ importId }: { readonly importId: string }) {
  const { api, store } = useWorkbench();
  const { closeImport, chooseFolder } = store.getState();
  const [plan, setPlan] = useState<ImportPlan | null>(null);
  const [error, setError] = useState<ContractError | null>(null);
  const load = useCallback(async () => {
    setError(null);
    try {
      setPlan(await api.call('import.plan', { importId }));
    } catch (cause) {
      setError(asContractError(cause));
    }
  }, [api, importId]);
  useEffect(() => void load(), [load]);
  const chooseOther = () => {
    closeImport();
    void chooseFolder('import');
  };
  return (
    <Dialog title={t('import.title')} open onClose={() => closeImport()}>
      {error ? (
        <Failure title={t('import.failed')} error={error}>
          <Button kind="primary" onClick={() => void load()}>
            {t('import.retry')}
          </Button>
        </Failure>
      ) : plan === null ? (
        <p className={styles.planning} role="status">
          {t('import.planning')}
        </p>
      ) : plan.kinds.length === 0 ? (
        <div className={styles.body}>
          <Empty title={t('import.none.title')} text={t('import.none.text')}>
            <Button icon={FolderOpen} onClick={chooseOther}>
              {t('import.none.other')}
            </Button>
          </Empty>
          <PlanView plan={plan} />
        </div>
      ) : (
        <Planned importId={importId} plan={plan} />
      )}
    </Dialog>
  );
}

function Planned({ importId, plan }: { readonly importId: string; readonly plan: ImportPlan }) {
  const { api, store } = useWorkbench();
  const { closeImport, toast } = store.getState();
  const busy = useGalley((state) => state.jobs.some(isLive));
  const [starting, setStarting] = useState(false);
  const [options, setOptions] = useState({ deskew: false, crop: false, repair: true, valFraction: 0.15 });
  const change = (changes: Partial<typeof options>) => setOptions({ ...options, ...changes });
  const scans = plan.kinds.some(({ kind }) => kind === 'images' || kind === 'pdf');
  const start = async () => {
    setStarting(true);
    try {
      closeImport((await api.call('import.start', { importId, ...options })).jobId);
    } catch (cause) {
      setStarting(false);
      toast(asContractError(cause).message, { kind: 'error' });
    }
  };
  return (
    <div className={styles.body}>
      <PlanView plan={plan} />
      {plan.toRead > 0 && (
        <section className={styles.options} aria-label={t('import.scans')}>
          {scans && (
            <>
              <h3>{t('import.scans')}</h3>
              <Switch
                label={t('import.repair')}
                checked={options.repair}
                onChange={(repair) => change({ repair })}
              />
              <Switch
                label={t('import.deskew')}
                checked={options.deskew}
                onChange={(deskew) => change({ deskew })}
              />
              <Switch label={t('import.crop')} checked={options.crop} onChange={(crop) => change({ crop })} />
            </>
          )}
          <Slider
            label={t('import.valFraction')}
            value={options.valFraction}
            min={0}
            max={0.5}
            step={0.05}
            shown={formatShare(options.valFraction)}
            onChange={(valFraction) => change({ valFraction })}
          />
        </section>
      )}
      <footer className={styles.foot}>
        {busy && <p className={styles.quiet}>{t('import.busy')}</p>}
        <Button onClick={() => closeImport()}>{t('import.cancel')}</Button>
        <Button kind="primary" icon={Import} disabled={busy || starting} onClick={() => void start()}>
          {t(plan.toRead > 0 ? 'import.start' : 'import.open')}
        </Button>
      </footer>
    </div>
  );
}
