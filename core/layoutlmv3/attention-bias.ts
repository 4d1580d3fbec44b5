import type { LayoutLMv3Config } from './config.ts';
import { headSize, visualLength } from './config.ts';
import type { ModelBatch } from './model-batch.ts';
import { BASE_PREFIX } from './parameters.ts';
import { bucketTable, relativePositions, visualBoxes } from './relative-buckets.ts';

/** The tables of the relative-position biases [heads, bins]. */
export const BIAS_TABLES = {
  position: `${BASE_PREFIX}encoder.rel_pos_bias.weight`,
  x: `${BASE_PREFIX}encoder.rel_pos_x_bias.weight`,
  y: `${BASE_PREFIX}encoder.rel_pos_y_bias.weight`,
} as const;

/** What transformers adds to the score of a masked key: the lowest float32. */
export const MASKED = -3.4028234663852886e38;

/** Names of the tables in use. The 2-D bias alone (spatial without relative) is never added. */
export function biasTablesInUse(config: LayoutLMv3Config): string[] {
  if (!config.hasRelativeAttentionBias) return [];
  return config.hasSpatialAttentionBias
    ? [BIAS_TABLES.position, BIAS_TABLES.x, BIAS_TABLES.y]
    : [BIAS_TABLES.position];
}

/**
 * What is added to the scaled attention scores: relative 1-D and 2-D biases, divided by sqrt(d) like the
 * scores, and the mask of padded keys. The same for every layer. Shape [B, A, N, N], or [B, 1, 1, N] when
 * the configuration has no relative bias.
 */
export class AttentionBias {
  readonly shape: readonly number[];
  readonly #config: LayoutLMv3Config;
  readonly #textLength: number;
  readonly #length: number;
  readonly #positions: Int32Array;
  readonly #visualBoxes: Int32Array;
  readonly #buckets1d: Uint16Array;
  readonly #buckets2d: Uint16Array;
  readonly #reach2d: number;
  /** Buckets of one query's row against every key; `[position, x, y]`, each [N]. */
  readonly #row: readonly [Uint16Array, Uint16Array, Uint16Array];

  constructor(config: LayoutLMv3Config, options: { batch: number; textLength: number; visual: boolean }) {
    const visual = options.visual ? visualLength(config) : 0;
    const length = options.textLength + visual;
    this.#config = config;
    this.#textLength = options.textLength;
    this.#length = length;
    this.shape = config.hasRelativeAttentionBias
      ? [options.batch, config.numAttentionHeads, length, length]
      : [options.batch, 1, 1, length];
    this.#positions = relativePositions(options.textLength, visual);
    this.#visualBoxes = visual > 0 ? visualBoxes(config) : new Int32Array(0);
    this.#buckets1d = bucketTable(config.relPosBins, config.maxRelPos, length);
    this.#reach2d = Math.max(1000, config.max2dPositionEmbeddings);
    this.#buckets2d = bucketTable(config.rel2dPosBins, config.maxRel2dPos, this.#reach2d);
    this.#row = [new Uint16Array(length), new Uint16Array(length), new Uint16Array(length)];
  }

  /** Number of values of {@link shape}. */
  get size(): number {
    return this.shape.reduce((a, b) => a * b, 1);
  }

  /** Fills `into` ({@link shape}) for one batch. */
  fill(parameters: ReadonlyMap<string, Float32Array>, batch: ModelBatch, into: Float32Array): void {
    if (!this.#config.hasRelativeAttentionBias) {
      for (let b = 0, at = 0; b < batch.batch; b++)
        for (let key = 0; key < this.#length; key++) into[at++] = this.#isMasked(batch, b, key) ? MASKED : 0;
      return;
    }
    const heads = this.#config.numAttentionHeads;
    const n = this.#length;
    const [scale, spatial] = [1 / Math.sqrt(headSize(this.#config)), this.#config.hasSpatialAttentionBias];
    const [table1, tableX, tableY] = Object.values(BIAS_TABLES).map((name) =>
      scaled(parameters.get(name), scale),
    );
    const [row1, rowX, rowY] = this.#row;
    const { relPosBins: bins1, rel2dPosBins: bins2 } = this.#config;
    for (let b = 0; b < batch.batch; b++) {
      const [x, y] = this.#coordinates(batch, b);
      const masked = this.#maskedKeys(batch, b);
      for (let q = 0; q < n; q++) {
        this.#fillRow(x, y, q);
        for (let head = 0; head < heads; head++) {
          const out = ((b * heads + head) * n + q) * n;
          const from1 = head * bins1;
          const from2 = head * bins2;
          if (spatial)
            for (let k = 0; k < n; k++)
              into[out + k] = table1[from1 + row1[k]] + tableX[from2 + rowX[k]] + tableY[from2 + rowY[k]];
          else for (let k = 0; k < n; k++) into[out + k] = table1[from1 + row1[k]];
          for (const k of masked) into[out + k] = MASKED;
        }
      }
    }
  }

  /** Adds the gradients of the tables, given that of {@link fill}'s result. */
  scatterGradient(
    gradient: Float32Array,
    batch: ModelBatch,
    gradients: ReadonlyMap<string, Float32Array>,
  ): void {
    const heads = this.#config.numAttentionHeads;
    const n = this.#length;
    const { relPosBins: bins1, rel2dPosBins: bins2, hasSpatialAttentionBias: spatial } = this.#config;
    const sum1 = new Float64Array(heads * bins1);
    const sumX = new Float64Array(heads * bins2);
    const sumY = new Float64Array(heads * bins2);
    const [row1, rowX, rowY] = this.#row;
    for (let b = 0; b < batch.batch; b++) {
      const [x, y] = this.#coordinates(batch, b);
      for (let q = 0; q < n; q++) {
        this.#fillRow(x, y, q);
        for (let head = 0; head < heads; head++) {
          const from = ((b * heads + head) * n + q) * n;
          const to1 = head * bins1;
          const to2 = head * bins2;
          // The gradient at a masked key is exactly zero: its probability is.
          for (let k = 0; k < n; k++) {
            const g = gradient[from + k];
            sum1[to1 + row1[k]] += g;
            if (spatial) {
              sumX[to2 + rowX[k]] += g;
              sumY[to2 + rowY[k]] += g;
            }
          }
        }
      }
    }
    const scale = 1 / Math.sqrt(headSize(this.#config));
    const add = (name: string, sum: Float64Array) => {
      const total = gradients.get(name)!;
      for (let i = 0; i < sum.length; i++) total[i] += scale * sum[i];
    };
    add(BIAS_TABLES.position, sum1);
    if (spatial) {
      add(BIAS_TABLES.x, sumX);
      add(BIAS_TABLES.y, sumY);
    }
  }

  #isMasked(batch: ModelBatch, b: number, key: number): boolean {
    return key < this.#textLength && batch.attentionMask[b * this.#textLength + key] === 0;
  }

  #maskedKeys(batch: ModelBatch, b: number): number[] {
    const keys: number[] = [];
    for (let key = 0; key < this.#textLength; key++) if (this.#isMasked(batch, b, key)) keys.push(key);
    return keys;
  }

  /** Left edges and bottom edges of all N tokens: what the 2-D bias compares. */
  #coordinates(batch: ModelBatch, b: number): [Int32Array, Int32Array] {
    const x = new Int32Array(this.#length);
    const y = new Int32Array(this.#length);
    for (let i = 0; i < this.#length; i++) {
      const inText = i < this.#textLength;
      const boxes = inText ? batch.bbox : this.#visualBoxes;
      const at = 4 * (inText ? b * this.#textLength + i : i - this.#textLength);
      x[i] = boxes[at];
      y[i] = boxes[at + 3];
    }
    return [x, y];
  }

  #fillRow(x: Int32Array, y: Int32Array, q: number): void {
    const [row1, rowX, rowY] = this.#row;
    const n = this.#length;
    const [buckets1d, buckets2d, positions] = [this.#buckets1d, this.#buckets2d, this.#positions];
    const offset1 = n - positions[q];
    for (let k = 0; k < n; k++) row1[k] = buckets1d[positions[k] + offset1];
    if (!this.#config.hasSpatialAttentionBias) return;
    const offsetX = this.#reach2d - x[q];
    const offsetY = this.#reach2d - y[q];
    for (let k = 0; k < n; k++) {
      rowX[k] = buckets2d[x[k] + offsetX];
      rowY[k] = buckets2d[y[k] + offsetY];
    }
  }
}

/** A copy of a table times a factor; empty for a table that is not there. */
function scaled(table: Float32Array | undefined, factor: number): Float32Array {
  return Float32Array.from(table ?? [], (value) => value * factor);
}
