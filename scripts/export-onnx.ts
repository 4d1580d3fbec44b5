/**
 * Writes a trained model folder as one ONNX file with its weights inside, for any ONNX Runtime:
 *
 *     node scripts/export-onnx.ts MODEL_DIR OUT.onnx [--precision int8]
 */
import { parseArgs } from 'node:util';
import { exportOnnx } from '../core/layoutlmv3/export-onnx.ts';
import { loadModelFolder } from '../core/layoutlmv3/model-folder.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { precision: { type: 'string', default: 'float32' } },
});
const [folder, out] = positionals;
if (!folder || !out || !['float32', 'int8'].includes(values.precision)) {
  console.error('usage: node scripts/export-onnx.ts MODEL_DIR OUT.onnx [--precision float32|int8]');
  process.exit(2);
}
const { config, parameters, newlyInitialised } = await loadModelFolder(folder);
if (newlyInitialised.length > 0) {
  console.error(`${folder}: the model has no trained classifier; fine-tune it first with galley train`);
  process.exit(4);
}
const precision = values.precision as 'float32' | 'int8';
for (const path of await exportOnnx(out, config, parameters, { precision })) console.log(path);
