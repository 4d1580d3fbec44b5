import type { LayoutLMv3Config } from './config.ts';
import { type ModelBatch, positionIds } from './model-batch.ts';
import { BASE_PREFIX } from './parameters.ts';

/** Tables whose rows {@link embedText} adds up, by their role. */
export const TEXT_TABLES = {
  word: `${BASE_PREFIX}embeddings.word_embeddings.weight`,
  tokenType: `${BASE_PREFIX}embeddings.token_type_embeddings.weight`,
  position: `${BASE_PREFIX}embeddings.position_embeddings.weight`,
  x: `${BASE_PREFIX}embeddings.x_position_embeddings.weight`,
  y: `${BASE_PREFIX}embeddings.y_position_embeddings.weight`,
  h: `${BASE_PREFIX}embeddings.h_position_embeddings.weight`,
  w: `${BASE_PREFIX}embeddings.w_position_embeddings.weight`,
} as const;
type Tables = { [K in keyof typeof TEXT_TABLES]: Float32Array };

/** transformers clips height and width here whatever the size of their tables. */
const LARGEST_SIDE = 1023;
export const side = (far: number, near: number) => Math.min(Math.max(far - near, 0), LARGEST_SIDE);

function tablesOf(parameters: ReadonlyMap<string, Float32Array>): Tables {
  return Object.fromEntries(
    Object.entries(TEXT_TABLES).map(([role, name]) => [role, parameters.get(name)!]),
  ) as Tables;
}

/** The six pieces of a spatial embedding in their order: table, row, width. */
function* spatialRows(config: LayoutLMv3Config, tables: Tables, bbox: ArrayLike<number>, token: number) {
  const at = 4 * token;
  const [x0, y0, x1, y1] = [bbox[at], bbox[at + 1], bbox[at + 2], bbox[at + 3]];
  const { coordinateSize, shapeSize } = config;
  yield [tables.x, x0, coordinateSize] as const;
  yield [tables.y, y0, coordinateSize] as const;
  yield [tables.x, x1, coordinateSize] as const;
  yield [tables.y, y1, coordinateSize] as const;
  yield [tables.h, side(y1, y0), shapeSize] as const;
  yield [tables.w, side(x1, x0), shapeSize] as const;
}

/**
 * The text embedding before its LayerNorm [B, T, H]: word + token type 0 + position, plus left, top, right,
 * bottom, height and width side by side. Rows are gathered here, outside the graph: a gradient of a whole
 * table then never leaves it (154 MB a step for the words of the base model).
 */
export function embedText(
  config: LayoutLMv3Config,
  parameters: ReadonlyMap<string, Float32Array>,
  batch: ModelBatch,
  into: Float32Array,
): Float32Array {
  const hidden = config.hiddenSize;
  const tables = tablesOf(parameters);
  const { word, tokenType, position } = tables;
  const positions = positionIds(config, batch);
  for (let token = 0; token < positions.length; token++) {
    const out = token * hidden;
    const wordRow = batch.inputIds[token] * hidden;
    const positionRow = positions[token] * hidden;
    for (let i = 0; i < hidden; i++)
      into[out + i] = word[wordRow + i] + tokenType[i] + position[positionRow + i];
    let column = out;
    for (const [table, row, width] of spatialRows(config, tables, batch.bbox, token)) {
      const from = row * width;
      for (let i = 0; i < width; i++) into[column + i] += table[from + i];
      column += width;
    }
  }
  return into;
}

/**
 * Adds the gradient of {@link embedText}'s result [B, T, H] to the gradients of the tables. The padding row
 * of words and positions gets none (`padding_idx` in torch); token type 0 gets the sum over all tokens.
 * @returns the word ids whose rows were touched.
 */
export function scatterTextGradient(
  config: LayoutLMv3Config,
  gradient: Float32Array,
  batch: ModelBatch,
  gradients: ReadonlyMap<string, Float32Array>,
): Set<number> {
  const hidden = config.hiddenSize;
  const tables = tablesOf(gradients);
  const positions = positionIds(config, batch);
  const touched = new Set<number>();
  const addRow = (table: Float32Array, row: number, width: number, from: number) => {
    const to = row * width;
    for (let i = 0; i < width; i++) table[to + i] += gradient[from + i];
  };
  for (let token = 0; token < positions.length; token++) {
    const from = token * hidden;
    const id = batch.inputIds[token];
    if (id !== config.padTokenId) {
      addRow(tables.word, id, hidden, from);
      touched.add(id);
    }
    if (positions[token] !== config.padTokenId) addRow(tables.position, positions[token], hidden, from);
    addRow(tables.tokenType, 0, hidden, from);
    let column = from;
    for (const [table, row, width] of spatialRows(config, tables, batch.bbox, token)) {
      addRow(table, row, width, column);
      column += width;
    }
  }
  return touched;
}
