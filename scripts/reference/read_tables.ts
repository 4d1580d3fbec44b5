/**
 * Prints every row of every split of dataset folders as Galley reads them: `node read_tables.ts DIR...`, one JSON
 * object a line, a header line `{folder, split, columns, rows}` before each split. See check_datasets.py --folders.
 */
import { once } from 'node:events';
import { openTables } from '../../core/datasets/dataset-folder.ts';

const STRETCH = 500;

/** As Python's json writes Arrow's values: 64-bit whole numbers as numbers. */
const plain = (_: string, value: unknown) =>
  typeof value === 'bigint'
    ? Number(value)
    : value instanceof Uint8Array
      ? Buffer.from(value).toString('hex')
      : value;

async function print(value: unknown): Promise<void> {
  if (!process.stdout.write(`${JSON.stringify(value, plain)}\n`)) await once(process.stdout, 'drain');
}

for (const folder of process.argv.slice(2)) {
  const { tables } = await openTables(folder);
  for (const [split, table] of tables) {
    const columns = table.fields.map((field) => field.name);
    await print({ folder, split, columns, rows: table.length });
    for (let from = 0; from < table.length; from += STRETCH) {
      const to = Math.min(table.length, from + STRETCH);
      const rows = table.rows(columns, from, to);
      for (let i = 0; i < to - from; i++) await print(columns.map((column) => rows[column][i]));
    }
  }
}
