/** A report is Markdown with pipe tables; tables are drawn by this window, the rest by react-markdown. */
export type Block =
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'table';
      readonly header: readonly string[];
      readonly rows: readonly (readonly string[])[];
      readonly align: readonly ('left' | 'right' | 'center')[];
    };

const FENCE = /^\s{0,3}(```|~~~)/;
const RULE = /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;

/** Markdown in blocks: pipe tables (GitHub's) apart from everything else. Fenced code is never a table. */
export function markdownBlocks(markdown: string): Block[] {
  const lines = markdown.split(/\r?\n/);
  const blocks: Block[] = [];
  let text: string[] = [];
  let fence: string | null = null;
  const flush = () => {
    if (text.some((line) => line.trim() !== '')) blocks.push({ kind: 'text', text: text.join('\n') });
    text = [];
  };
  for (let i = 0; i < lines.length; i++) {
    const mark = FENCE.exec(lines[i])?.[1];
    if (mark && (fence === null || fence === mark)) fence = fence === null ? mark : null;
    const header = fence === null && lines[i].includes('|') ? cellsOf(lines[i]) : [];
    const rule = lines[i + 1];
    if (
      header.length > 0 &&
      rule?.includes('|') &&
      RULE.test(rule) &&
      cellsOf(rule).length === header.length
    ) {
      flush();
      const rows: string[][] = [];
      let next = i + 2;
      for (; next < lines.length && lines[next].includes('|') && lines[next].trim() !== ''; next++) {
        const cells = cellsOf(lines[next]);
        rows.push(header.map((_, column) => cells[column] ?? ''));
      }
      // Columns of words read from the left, whatever the rule of a table says that was written for numbers.
      const align = cellsOf(rule).map((cell, column) =>
        alignOf(cell) === 'right' && !rows.every((row) => isNumber(row[column])) ? 'left' : alignOf(cell),
      );
      blocks.push({ kind: 'table', header, rows, align });
      i = next - 1;
    } else text.push(lines[i]);
  }
  flush();
  return blocks;
}

/** Cells of a row; `\|` is a sign of the text. */
function cellsOf(line: string): string[] {
  const inner = line
    .trim()
    .replace(/^\|/, '')
    .replace(/(?<!\\)\|$/, '');
  return inner.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll('\\|', '|'));
}

/** A number with its unit, or nothing. */
const isNumber = (cell: string): boolean =>
  /^([-+−–]?\d[\d.,]*(e-?\d+)?(\s?(%|s|ms|min|h|B|[KMG]i?B))?(\s\d+\s(s|min))*|[-–]?)$/.test(
    cell.replaceAll(/[*`]/g, ''),
  );

function alignOf(rule: string): 'left' | 'right' | 'center' {
  if (!rule.endsWith(':')) return 'left';
  return rule.startsWith(':') ? 'center' : 'right';
}
