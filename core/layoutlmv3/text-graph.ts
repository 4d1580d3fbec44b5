import type { Graph, Value } from '../onnx/graph.ts';
import * as ops from '../onnx/ops/index.ts';
import type { LayoutLMv3Config } from './config.ts';
import { TEXT_TABLES } from './text-rows.ts';

/** Ids of B * T tokens, int32 [B * T] each. */
export interface TextIds {
  readonly inputIds: Value;
  readonly positionIds: Value;
  readonly left: Value;
  readonly top: Value;
  readonly right: Value;
  readonly bottom: Value;
  readonly height: Value;
  readonly width: Value;
  /** Which tokens share a word; null where the words do not learn. */
  readonly shared: ops.SharedRows | null;
}

/**
 * The text embedding that `embedText` adds up outside, inside the graph: [B * T, H] before its LayerNorm. Gradients reach the
 * tables without a scatter; the padding rows of words and positions get none, as `padding_idx` in torch.
 * @param parameter a table by its Hugging Face key
 * @param inPieces a table as pieces of its columns, side by side
 */
export function embedTextGraph(
  g: Graph,
  config: LayoutLMv3Config,
  ids: TextIds,
  parameter: (name: string) => Value,
  inPieces: (name: string, dims: readonly number[]) => readonly Value[],
): Value {
  const words = ops.concat(
    g,
    inPieces(TEXT_TABLES.word, [config.vocabSize, config.hiddenSize]).map((table) =>
      ids.shared
        ? ops.largeEmbedding(g, table, ids.inputIds, ids.shared)
        : ops.gather(g, table, ids.inputIds),
    ),
    1,
  );
  const types = ops.slice(g, parameter(TEXT_TABLES.tokenType), 0, 0, 1);
  const positions = ops.embedding(g, parameter(TEXT_TABLES.position), ids.positionIds, config.padTokenId);
  const [x, y, h, w] = [TEXT_TABLES.x, TEXT_TABLES.y, TEXT_TABLES.h, TEXT_TABLES.w].map(parameter);
  const spatial = ops.concat(
    g,
    [
      ops.embedding(g, x, ids.left),
      ops.embedding(g, y, ids.top),
      ops.embedding(g, x, ids.right),
      ops.embedding(g, y, ids.bottom),
      ops.embedding(g, h, ids.height),
      ops.embedding(g, w, ids.width),
    ],
    1,
  );
  return ops.add(g, ops.add(g, ops.add(g, words, types), positions), spatial);
}
