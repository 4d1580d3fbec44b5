import { basename, extname } from 'node:path';

/** The number at the end of a file's name (0079.png, page-12.jpg), or null. */
export function numberInName(path: string): number | null {
  const match = /(\d{1,6})$/.exec(basename(path, extname(path)));
  return match ? Number(match[1]) : null;
}

/** Numbers in the names of files, of those that no two share. */
export function numbersInNames(paths: readonly string[]): Map<string, number> {
  const files = new Map<number, string[]>();
  for (const path of paths) {
    const number = numberInName(path);
    if (number !== null) files.set(number, [...(files.get(number) ?? []), path]);
  }
  return new Map([...files].flatMap(([number, of]) => (of.length === 1 ? [[of[0], number] as const] : [])));
}
