import type { CallOutput } from '../../core/workbench/contract.ts';
import { asContractError } from '../api/errors.ts';
import { formatNumber, t } from '../messages/index.ts';
import type { Workbench } from './context.ts';

/** A call carries this many characters at most; lines are never cut. */
const PART = 4_000_000;

type Result = CallOutput<'annotations.import'>;

/** Takes the gold labels over that came with the dataset. */
export const importGoldFromDataset = (workbench: Workbench): Promise<void> =>
  run(workbench, async ({ api }) => [await api.call('annotations.import', { from: 'dataset' })]);

/** Asks for a file in the format of labels.jsonl and takes its labels over. */
export function importGoldFromFile(workbench: Workbench): void {
  const input = document.createElement('input');
  input.type = 'file';
  input.accept = '.jsonl,.ndjson,application/x-ndjson';
  input.onchange = () => {
    const [file] = input.files ?? [];
    if (!file) return;
    void run(workbench, async ({ api }) => {
      const results: Result[] = [];
      for (const jsonl of partsOf(await file.text(), PART))
        results.push(await api.call('annotations.import', { from: 'text', jsonl }));
      return results;
    });
  };
  input.click();
}

/** A text in parts of whole lines, each of at most `most` characters where its lines are not longer than that. */
export function partsOf(text: string, most: number): string[] {
  const parts: string[] = [];
  for (let begin = 0; begin < text.length; ) {
    let end = Math.min(text.length, begin + most);
    if (end < text.length) {
      const line = text.lastIndexOf('\n', end - 1);
      const next = line < begin ? text.indexOf('\n', end) : line;
      end = next < 0 ? text.length : next + 1;
    }
    parts.push(text.slice(begin, end));
    begin = end;
  }
  return parts;
}

async function run(
  workbench: Workbench,
  work: (workbench: Workbench) => Promise<readonly Result[]>,
): Promise<void> {
  const { toast, loadHistory } = workbench.store.getState();
  try {
    const results = await work(workbench);
    const sum = (of: (r: Result) => number) => results.reduce((all, r) => all + of(r), 0);
    const words = sum((r) => r.words);
    const kept = sum((r) => r.kept);
    const skipped = results.flatMap((r) => r.skipped);
    const said = [
      words > 0
        ? t('gold.imported', { words: formatNumber(words), pages: formatNumber(sum((r) => r.pages)) })
        : t('gold.imported.none'),
      kept > 0 ? t('gold.kept', { count: kept }) : '',
      skipped.length > 0 ? t('gold.skipped', { count: skipped.length, reason: skipped[0] }) : '',
    ];
    toast(said.filter(Boolean).join(' '), {
      kind: words === 0 && skipped.length > 0 ? 'error' : 'info',
      ...(words > 0 ? { action: { title: t('gold.takeBack'), run: () => void takeBack(workbench) } } : {}),
    });
    await loadHistory();
  } catch (error) {
    toast(asContractError(error).message, { kind: 'error' });
  }
}

async function takeBack({ api, store }: Workbench): Promise<void> {
  try {
    await api.call('annotations.import', { from: 'undo' });
    await store.getState().loadHistory();
  } catch (error) {
    store.getState().toast(asContractError(error).message, { kind: 'error' });
  }
}
