import { exportModelSchema } from '../../model-export/export-model.ts';
import type { CommandSpec } from '../command.ts';
import { parseValues } from '../flags.ts';
import { runWithProgress } from '../run-with-progress.ts';

const spec: CommandSpec<typeof exportModelSchema> = {
  name: 'export-model',
  summary: 'a trained model as ONNX, with examples in Python and Node and its model card',
  details: `The whole folder is written, or nothing:
  onnx/model.onnx  onnx/model_int8.onnx        the model, operators of the ONNX standard only
  predict.py  predict.mjs  example.json        run it: words and boxes in, a label per word out; nothing of Galley needed
  inference.json  config.json  tokenizer.json  everything between a page's words and the model's inputs
  README.md                                    the model card, from the run's own records

Examples:
  galley export-model --model_dir models/layoutlmv3_boston_final --out_dir my-model
  galley export-model --model_dir DIR --out_dir my-model --precision int8 --overwrite`,
  schema: exportModelSchema,
  async run(given, context) {
    const flags = parseValues(exportModelSchema, given);
    const { folder, files } = await runWithProgress('exportModel', flags, context);
    for (const { path, bytes } of files)
      context.print(bytes === null ? path : `${path}  ${(bytes / 1024).toFixed(0)} KiB`);
    context.print(flags.dry_run ? `would be written to ${folder}` : `Exported: ${folder}`);
  },
};
export default spec;
