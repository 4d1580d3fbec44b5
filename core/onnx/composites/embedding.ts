import { type Graph, once, type Value } from '../graph.ts';
import { cast } from '../ops/cast.ts';
import { equal } from '../ops/compare.ts';
import { concat } from '../ops/concat.ts';
import { gather } from '../ops/gather.ts';
import { gemm } from '../ops/gemm.ts';
import { reshape } from '../ops/reshape.ts';

/** No id is negative, so that nothing is ever equal to it. */
const NOBODY = -1;

/**
 * Rows of a table [V, W] by ids int32 [R] -> [R, W], its gradient without any scatter (which loses updates on some devices):
 * the one-hot ids [V, R] times the arriving gradient. For tables of some thousand rows at most.
 * @param ignored row that gets no gradient (`padding_idx` in torch)
 */
export function embedding(g: Graph, table: Value, ids: Value, ignored?: number): Value {
  const rows = table.shape[0] as number;
  return g.composite({
    name: 'Embedding',
    inputs: [table, ids],
    build: () => gather(g, table, ids),
    backward: ({ dY }) => [() => gemm(g, oneHot(g, ids, numbered(rows, ignored)), dY), null],
  });
}

/** What says which tokens share a row of a large table, all int32. */
export interface SharedRows {
  /** [R] a number below R that tokens with the same id share, and no others; -1 where the row gets no gradient. */
  readonly slots: Value;
  /** [V] 1 + the slot of each row of the table, 0 for rows that no token reads. */
  readonly slotOfRow: Value;
}

/**
 * {@link embedding} for a table too large for one-hot rows: gradients of tokens with the same id are added up by a one-hot
 * product [R, R], and each row of the table then looks up its sum.
 */
export function largeEmbedding(g: Graph, table: Value, ids: Value, shared: SharedRows): Value {
  const tokens = ids.shape[0] as number;
  const width = table.shape[1] as number;
  return g.composite({
    name: 'LargeEmbedding',
    inputs: [table, ids, shared.slots, shared.slotOfRow],
    build: () => gather(g, table, ids),
    backward: ({ dY }) => [
      once(() => {
        const sums = gemm(g, oneHot(g, shared.slots, numbered(tokens)), dY);
        const none = g.constant(new Float32Array(width), [1, width]);
        return gather(g, concat(g, [none, sums], 0), shared.slotOfRow);
      }),
      null,
      null,
      null,
    ],
  });
}

/** [rows, R]: 1 where an id is that of the row. */
function oneHot(g: Graph, ids: Value, rows: Int32Array): Value {
  const column = g.constant(rows, [rows.length, 1]);
  return cast(g, equal(g, column, reshape(g, ids, [1, ids.shape[0]!])), 'float32');
}

function numbered(rows: number, ignored?: number): Int32Array {
  return Int32Array.from({ length: rows }, (_, i) => (i === ignored ? NOBODY : i));
}
