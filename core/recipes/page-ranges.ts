import { GalleyError } from '../errors/galley-error.ts';

const MOST_PAGE = 1_000_000;

/**
 * "33-40,52" as a test of page numbers; every page for an empty text.
 * @throws GalleyError `usage` naming the part that is no range
 */
export function parsePageRanges(text: string): (pageNum: number) => boolean {
  if (text.trim() === '') return () => true;
  const ranges = text.split(',').map((part) => {
    const found = /^\s*(\d{1,7})(?:\s*[-–]\s*(\d{1,7}))?\s*$/.exec(part);
    const [from, to] = found ? [Number(found[1]), Number(found[2] ?? found[1])] : [1, 0];
    if (from > to || to > MOST_PAGE)
      throw new GalleyError('usage', `--pages: "${part.trim()}" is no page or range of pages`, {
        hint: 'for example --pages 33-40,52',
      });
    return [from, to] as const;
  });
  return (pageNum) => ranges.some(([from, to]) => pageNum >= from && pageNum <= to);
}
