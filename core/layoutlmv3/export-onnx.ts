import { basename } from 'node:path';
import { fillFileWhole, writeFileWhole } from '../files/files.ts';
import { encodeModel, encodeWithExternalData } from '../onnx/encode.ts';
import type { LayoutLMv3Config } from './config.ts';
import { buildInferenceGraph, type InferenceGraphOptions } from './inference-graph.ts';

/** A ModelProto must stay under 2 GB; what is larger goes into a file beside it. */
const LARGEST_MODEL = 1.9 * 2 ** 30;

/**
 * Writes a trained model as ONNX: one file with the weights inside, or `<path>` and `<path>.data` when it
 * would pass the 2 GB limit of the format. Dynamic batch and length; see {@link buildInferenceGraph}.
 * @param largest bytes of weights up to which one file is written
 * @returns the paths written
 */
export async function exportOnnx(
  path: string,
  config: LayoutLMv3Config,
  parameters: ReadonlyMap<string, Float32Array>,
  options: InferenceGraphOptions = {},
  largest: number = LARGEST_MODEL,
): Promise<string[]> {
  const graph = buildInferenceGraph(config, parameters, options);
  const bytes = graph.initializers.reduce((sum, value) => sum + (value.data?.byteLength ?? 0), 0);
  if (bytes <= largest) {
    await writeFileWhole(path, encodeModel(graph));
    return [path];
  }
  const dataPath = `${path}.data`;
  const { model, external } = encodeWithExternalData(graph, { path: basename(dataPath) });
  await fillFileWhole(dataPath, async (file) => {
    for (const chunk of external) await file.writeFile(chunk);
  });
  await writeFileWhole(path, model);
  return [path, dataPath];
}
