/**
 * CSV of RFC 4180: CRLF ends every row, cells with a comma, a quote or a line end are quoted. Cells that a spreadsheet
 * would take for a formula get an apostrophe in front, as OWASP advises (Comma Separated Values injection); cells that
 * begin with an apostrophe get one more, so that {@link parseCsv} gives back what was written.
 */
const FORMULA = /^[=+\-@＝＋－＠\t\r\n']/u;

const cell = (value: string): string => {
  const guarded = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
};

export type CsvValue = string | number | boolean | null;

/** Rows as CSV text; null is an empty cell, numbers are written as they are. */
export function writeCsv(rows: readonly (readonly CsvValue[])[]): string {
  const text = (value: CsvValue) =>
    value === null ? '' : typeof value === 'string' ? cell(value) : String(value);
  return rows.map((row) => `${row.map(text).join(',')}\r\n`).join('');
}

/** Rows of text written by {@link writeCsv}, all cells as text and without their guards. */
export function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let at = 0;
  while (at < text.length) {
    let value = '';
    if (text[at] === '"') {
      let end = at + 1;
      while (end < text.length && !(text[end] === '"' && text[end + 1] !== '"'))
        end += text[end] === '"' ? 2 : 1;
      value = text.slice(at + 1, end).replaceAll('""', '"');
      at = end + 1;
    } else {
      const end = text.slice(at).search(/[,\r\n]/);
      value = end < 0 ? text.slice(at) : text.slice(at, at + end);
      at += value.length;
    }
    row.push(value.startsWith("'") ? value.slice(1) : value);
    if (text[at] === ',') {
      at++;
      if (at < text.length) continue;
      row.push('');
    }
    at += text.startsWith('\r\n', at) ? 2 : 1;
    rows.push(row);
    row = [];
  }
  return rows;
}
