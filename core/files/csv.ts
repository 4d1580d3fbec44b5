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

export interface CsvReading {
  /** `,` by default. */
  readonly delimiter?: ',' | ';' | '\t';
  /** Whether the guards of {@link writeCsv} are taken off; true by default. Files of others have none. */
  readonly guarded?: boolean;
  /** Cells of a row from which on reading stops: what a broken quote or a file of commas makes. */
  readonly mostCells?: number;
}

/**
 * Rows of CSV text, one at a time, all cells as text; a quote that is never closed takes all that follows.
 * @throws RangeError where a row has more than `mostCells` cells
 */
export function* csvRows(
  text: string,
  { delimiter = ',', guarded = true, mostCells = Number.POSITIVE_INFINITY }: CsvReading = {},
): Generator<string[]> {
  const stop = new RegExp(`[${delimiter}\\r\\n]`, 'g');
  let row: string[] = [];
  let at = 0;
  while (at < text.length) {
    let value = '';
    if (text[at] === '"') {
      let end = at + 1;
      for (;;) {
        end = text.indexOf('"', end);
        if (end < 0) end = text.length;
        if (text[end + 1] !== '"') break;
        end += 2;
      }
      value = text.slice(at + 1, end).replaceAll('""', '"');
      at = end + 1;
    } else {
      stop.lastIndex = at;
      const end = stop.exec(text)?.index ?? text.length;
      value = text.slice(at, end);
      at = end;
    }
    row.push(guarded && value.startsWith("'") ? value.slice(1) : value);
    if (row.length > mostCells) throw new RangeError(`a row has more than ${mostCells} cells`);
    if (text[at] === delimiter) {
      at++;
      if (at < text.length) continue;
      row.push('');
    }
    at += text.startsWith('\r\n', at) ? 2 : 1;
    yield row;
    row = [];
  }
}

/** Rows of text written by {@link writeCsv}, all cells as text and without their guards. */
export const parseCsv = (text: string): string[][] => [...csvRows(text)];
