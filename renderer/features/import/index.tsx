import { FolderOpen, Import } from 'lucide-react';
import { useCallback, useEffect, useState } from 'react';
import type { CallOutput, ContractError } from '../../../core/workbench/contract.ts';
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
import { LabelMapping } from './label-mapping.tsx';
import { mappingOf } from './mapping.ts';
import { PlanView } from './plan-view.tsx';
import { ScanPreview } from './scan-preview.tsx';

/** Kinds without words of their own, read by OCR or from a PDF's text. */
const SCANS: ReadonlySet<string> = new Set(['images', 'pdf']);

/** What importing a chosen folder would do, the options that matter, and the start of it. */
export default function ImportDialog({ importId }: { readonly importId: string }) {
  const { api, store } = useWorkbench();
  const { closeImport, chooseFolder } = store.getState();
  const [plan, setPlan] = useState<ImportPlan | null>(null);
  const [error, setError] = useState<ContractError | null>(null);
  const load = useCallback(
    async (switches: Switches = PLAIN) => {
      setError(null);
      try {
        setPlan(await api.call('import.plan', { importId, ...switches }));
      } catch (cause) {
        setError(asContractError(cause));
      }
    },
    [api, importId],
  );
  useEffect(() => void load(), [load]);
  const chooseOther = () => {
    closeImport();
    void chooseFolder('import');
  };
  return (
    <Dialog title={t('import.title')} open wide onClose={() => closeImport()}>
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
        <Planned importId={importId} plan={plan} planAgain={load} />
      )}
    </Dialog>
  );
}

interface Switches {
  readonly deskew: boolean;
  readonly crop: boolean;
  readonly repair: boolean;
}
const PLAIN: Switches = { deskew: false, crop: false, repair: true };

interface PlannedProps {
  readonly importId: string;
  readonly plan: ImportPlan;
  planAgain(switches: Switches): Promise<void>;
}

function Planned({ importId, plan, planAgain }: PlannedProps) {
  const { api, store } = useWorkbench();
  const { closeImport, toast } = store.getState();
  const busy = useGalley((state) => state.jobs.some(isLive));
  const [starting, setStarting] = useState(false);
  const [switches, setSwitches] = useState(PLAIN);
  const [valFraction, setValFraction] = useState(0.15);
  const [labels, setLabels] = useState<CallOutput<'import.labels'> | null>(null);
  const [chosen, setChosen] = useState<Readonly<Record<string, string>>>({});
  const change = (changes: Partial<Switches>) => {
    const next = { ...switches, ...changes };
    setSwitches(next);
    // What was read with other switches is read again: how much that is, the plan says.
    if (plan.stored + plan.changed > 0) void planAgain(next);
  };
  const labelled = plan.kinds.some(({ kind }) => !SCANS.has(kind));
  useEffect(() => {
    if (!labelled) return;
    // Without the table the labels stay as they are; a file that is in the way is named by the import.
    api.call('import.labels', { importId }).then(setLabels, () => {});
  }, [api, importId, labelled]);
  const foreign = labels?.labels.some(({ label }) => !labels.own.includes(label)) ? labels : null;
  const start = async () => {
    setStarting(true);
    try {
      closeImport(
        (await api.call('import.start', { importId, ...switches, valFraction, labels: mappingOf(chosen) }))
          .jobId,
      );
    } catch (cause) {
      setStarting(false);
      toast(asContractError(cause).message, { kind: 'error' });
    }
  };
  return (
    <div className={styles.body}>
      <PlanView plan={plan} />
      {foreign && plan.toRead > 0 && (
        <LabelMapping
          {...foreign}
          chosen={chosen}
          choose={(label, becomes) => setChosen({ ...chosen, [label]: becomes })}
        />
      )}
      {plan.toRead > 0 && (
        <section className={styles.options} aria-label={t('import.scans')}>
          {plan.scans > 0 && (
            <>
              <h3>{t('import.scans')}</h3>
              <Switch
                label={t('import.repair')}
                checked={switches.repair}
                onChange={(repair) => change({ repair })}
              />
              <Switch
                label={t('import.deskew')}
                checked={switches.deskew}
                onChange={(deskew) => change({ deskew })}
              />
              <Switch
                label={t('import.crop')}
                checked={switches.crop}
                onChange={(crop) => change({ crop })}
              />
              {(switches.deskew || switches.crop) && (
                <ScanPreview
                  importId={importId}
                  scans={plan.scans}
                  deskew={switches.deskew}
                  crop={switches.crop}
                />
              )}
            </>
          )}
          <Slider
            label={t('import.valFraction')}
            value={valFraction}
            min={0}
            max={0.5}
            step={0.05}
            shown={formatShare(valFraction)}
            onChange={setValFraction}
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
