import { Check, Copy, Sparkles } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { ContractError } from '../../../core/workbench/contract.ts';
import { useAction } from '../../actions/context.ts';
import { asContractError } from '../../api/errors.ts';
import { t } from '../../messages/index.ts';
import { useGalley, useGalleyParts, useWorkbench } from '../../state/context.ts';
import { Button } from '../../ui/button.tsx';
import { Empty, Failure } from '../../ui/empty.tsx';
import styles from './json-view.module.css';

const COPIED_MS = 1600;

/** The predictions file of this page, as `galley predict` writes it. */
export function JsonView() {
  const { api } = useWorkbench();
  const predict = useAction('predict-page');
  const canPredict = useGalley(predict.enabled);
  const { pageNum, predicted } = useGalleyParts((state) => ({
    pageNum: state.pageNum,
    predicted: state.detail?.predicted,
  }));
  const [shown, setShown] = useState<{ json: string | null } | { error: ContractError } | null>(null);
  const [copied, setCopied] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new prediction is a new file
  useEffect(() => {
    if (pageNum === null) return;
    let wanted = true;
    api.call('pages.predictionsJson', { pageNum }).then(
      ({ json }) => wanted && setShown({ json }),
      (error: unknown) => wanted && setShown({ error: asContractError(error) }),
    );
    return () => {
      wanted = false;
    };
  }, [api, pageNum, predicted]);

  if (!shown) return null;
  if ('error' in shown) return <Failure title={t('json.failed')} error={shown.error} />;
  const { json } = shown;
  if (json === null)
    return (
      <Empty title={t('json.none.title')} text={t('json.none.text')}>
        {canPredict && (
          <Button icon={Sparkles} onClick={() => void predict.run()}>
            {t('canvas.predict')}
          </Button>
        )}
      </Empty>
    );
  return (
    <div className={styles.view}>
      <div className={styles.bar}>
        <Button
          icon={copied ? Check : Copy}
          onClick={() => {
            void navigator.clipboard.writeText(json).then(() => {
              setCopied(true);
              setTimeout(() => setCopied(false), COPIED_MS);
            });
          }}
        >
          {t(copied ? 'json.copied' : 'json.copy')}
        </Button>
      </div>
      <pre className={styles.json}>{json}</pre>
    </div>
  );
}
