import type { Workbench } from './context.ts';

/** Shows a page, with these words selected and in sight. */
export async function goToWords(
  { store }: Pick<Workbench, 'store'>,
  pageNum: number,
  words: readonly number[] = [],
): Promise<void> {
  store.getState().show({ area: 'pages' });
  await store.getState().openPage(pageNum);
  const { detail, select, reveal } = store.getState();
  if (words.length === 0 || detail?.summary.pageNum !== pageNum) return;
  select(words);
  // The canvas fits a page when it mounts; bring the words into sight after that.
  requestAnimationFrame(() => requestAnimationFrame(() => reveal(words)));
}
