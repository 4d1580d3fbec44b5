import { asContractError } from '../api/errors.ts';
import { t } from '../messages/index.ts';
import type { Workbench } from './context.ts';

/** Starts an export of pages into the project's exports folder (all of them for undefined) and offers to open that folder. */
export const exportPages = (
  workbench: Workbench,
  pageNums: readonly number[] | undefined,
  what: { readonly overlay: boolean; readonly json: boolean },
): Promise<void> =>
  exporting(workbench, () =>
    workbench.api.call('export.pages', {
      ...what,
      source: workbench.store.getState().source,
      ...(pageNums ? { pageNums: [...pageNums] } : {}),
    }),
  );

/** Starts the export of a run's model, as {@link exportPages}. */
export const exportModel = (workbench: Workbench, runId: string): Promise<void> =>
  exporting(workbench, () => workbench.api.call('runs.exportModel', { runId }));

async function exporting({ store, api }: Workbench, start: () => Promise<unknown>): Promise<void> {
  const { toast } = store.getState();
  try {
    await start();
    const reveal = async () => {
      const { opened, folder } = await api.call('app.reveal', { what: 'exports' });
      if (!opened) store.getState().toast(t('export.revealed', { folder }));
    };
    toast(t('export.started'), { action: { title: t('export.reveal'), run: () => void reveal() } });
  } catch (error) {
    toast(asContractError(error).message, { kind: 'error' });
  }
}
