import { asContractError } from '../api/errors.ts';
import { t } from '../messages/index.ts';
import type { Workbench } from './context.ts';

/** Starts an export into the project's exports folder (all pages for undefined) and offers to open that folder. */
export async function exportPages(
  { store, api }: Workbench,
  pageNums: readonly number[] | undefined,
  what: { readonly overlay: boolean; readonly json: boolean },
): Promise<void> {
  const { source, toast } = store.getState();
  try {
    await api.call('export.pages', { ...what, source, ...(pageNums ? { pageNums: [...pageNums] } : {}) });
    const reveal = async () => {
      const { opened, folder } = await api.call('app.reveal', { what: 'exports' });
      if (!opened) store.getState().toast(t('export.revealed', { folder }));
    };
    toast(t('export.started'), { action: { title: t('export.reveal'), run: () => void reveal() } });
  } catch (error) {
    toast(asContractError(error).message, { kind: 'error' });
  }
}
