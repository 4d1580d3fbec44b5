import { join } from 'node:path';
import { readPagesJsonl } from '../../core/datasets/pages-jsonl.ts';
import { loadTokenizer } from '../../core/encoding/tokenizer-files.ts';
import { encodePage } from '../../core/encoding/windows.ts';
import { repository } from '../harness.ts';
import type { Work } from './galley.ts';

/** Every page of a book from words and boxes to windows of token ids, boxes and labels, one thread. */
export async function encodePages(options: { pages: string; tokenizer: string }): Promise<Work> {
  const { pages } = await readPagesJsonl(options.pages, { boxSpace: '0-1000' });
  const folder = join(repository, options.tokenizer);
  const run = async () => {
    // A fresh tokenizer each time: nothing it may have kept of the words counts.
    const tokenizer = await loadTokenizer(folder);
    const [began, before] = [performance.now(), process.cpuUsage()];
    let tokens = 0;
    for (const page of pages)
      for (const window of encodePage(
        page,
        page.words.map(() => 0),
        tokenizer,
        { maxLength: 512 },
      ))
        tokens += window.length;
    const { user, system } = process.cpuUsage(before);
    return { tokens, seconds: (performance.now() - began) / 1000, cpu: (user + system) / 1e6 };
  };
  await run();
  return { run, facts: { pages: pages.length } };
}
