/**
 * Loads the folders that model_folders.py made, repeats what transformers did with their page, and saves each again
 * (<folder>/galley) for `model_folders.py check`.
 *
 *     node scripts/reference/model-folders.ts DIR...
 *
 * Exits with 1 where ids or boxes differ, a pixel is off by more than one level of 255, a logit by more than 1e-4 of
 * the largest, a tensor is missing or left over, or `galley verify` finds a fault in a folder it can read.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { loadPixelValues } from '../../core/encoding/pixels.ts';
import { readPreprocessor } from '../../core/encoding/preprocessor.ts';
import { loadTokenizer } from '../../core/encoding/tokenizer-files.ts';
import { encodePage } from '../../core/encoding/windows.ts';
import { readJson } from '../../core/files/files.ts';
import { verifyModel } from '../../core/inference/verify-model.ts';
import { loadModelFolder } from '../../core/layoutlmv3/model-folder.ts';
import { SafetensorsFile } from '../../core/layoutlmv3/safetensors.ts';
import { saveModelFolder } from '../../core/layoutlmv3/save-model-folder.ts';
import { evaluateBatch } from '../../core/layoutlmv3/testing/evaluate.ts';
import type { Box } from '../../core/page/page.ts';

const LIMIT = 1e-4;
const ONE_LEVEL = 2 / 255 + 1e-6;

interface Case {
  readonly form: string;
  readonly made_by: string;
  readonly words: string[];
  readonly boxes: Box[];
  readonly longest: number;
}

async function integers(file: SafetensorsFile, name: string): Promise<number[]> {
  const bytes = await file.readBytes(name);
  return Array.from(new BigInt64Array(bytes.slice().buffer), Number);
}

const largest = (values: Float32Array) => values.reduce((m, v) => Math.max(m, Math.abs(v)), 0);
const same = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  a.length === b.length && Array.prototype.every.call(a, (v, i) => v === b[i]);

const worst = { logits: 0, pixels: 0 };
let failed = 0;
let count = 0;
const versions = new Set<string>();
for (const root of process.argv.slice(2))
  for (const name of (await readdir(root)).sort()) {
    const folder = join(root, name);
    const page = (await readJson(join(folder, 'case.json'))) as Case;
    await using expected = await SafetensorsFile.open(join(folder, 'expected.safetensors'));
    const problems: string[] = [];
    const { verdicts, findings } = await verifyModel(folder);
    // A backbone has no trained classifier, of which verify warns.
    const alone = page.form === 'backbone alone';
    if (verdicts.galley !== 'loads' && !alone)
      problems.push(`verify: ${verdicts.galley}, ${findings.map((f) => f.message)}`);

    const model = await loadModelFolder(folder);
    const { config, parameters } = model;
    if (model.unused.length > 0) problems.push(`left over: ${model.unused}`);
    if (alone !== model.newlyInitialised.length > 0) problems.push(`drawn anew: ${model.newlyInitialised}`);
    const tokenizer = await loadTokenizer(folder);
    const picture = join(folder, 'page.png');
    const input = { pageNum: 1, width: 50, height: 70, words: page.words, bboxes: page.boxes };
    const [window] = encodePage({ ...input, imagePath: picture }, null, tokenizer, {
      maxLength: page.longest,
    });
    if (!same(window.inputIds, await integers(expected, 'input_ids'))) problems.push('ids differ');
    if (!same(window.bbox, await integers(expected, 'bbox'))) problems.push('boxes differ');
    const pixels = await expected.readFloat32('pixel_values');
    const own = await loadPixelValues(
      { ...input, imagePath: picture },
      { size: config.inputSize, ...(await readPreprocessor(folder)) },
    );
    const pixelError = largest(own.map((v, i) => v - pixels[i]));
    if (own.length !== pixels.length || !(pixelError <= ONE_LEVEL))
      problems.push(`pixels off by ${pixelError}`);

    const length = window.inputIds.length;
    const batch = {
      ...{ batch: 1, textLength: length, inputIds: [...window.inputIds], bbox: [...window.bbox] },
      ...{ attentionMask: new Array(length).fill(1), labels: new Array(length).fill(0), pixelValues: pixels },
    };
    const wanted = await expected.readFloat32('logits');
    const { logits } = await evaluateBatch(config, parameters, batch, { dropout: false });
    const logitError = alone ? 0 : largest(logits.map((v, i) => v - wanted[i])) / largest(wanted);
    if (!(logitError <= LIMIT)) problems.push(`logits off by ${logitError.toExponential(1)}`);

    await saveModelFolder(join(folder, 'galley'), { config, parameters, tokenizerFrom: folder });
    const saved = await verifyModel(join(folder, 'galley'));
    if (saved.verdicts.galley !== 'loads' || saved.verdicts.transformers !== 'loads')
      problems.push(`verify of what was saved: ${saved.findings.map((f) => f.message)}`);

    worst.logits = Math.max(worst.logits, logitError);
    worst.pixels = Math.max(worst.pixels, pixelError);
    versions.add(page.made_by);
    count++;
    if (problems.length > 0) failed++;
    for (const problem of problems) console.log(`FAILED ${page.made_by}, ${page.form}: ${problem}`);
  }
console.log(
  `${count} folders saved by transformers ${[...versions].join(' and ')}: worst logits ${worst.logits.toExponential(1)}, ` +
    `pixels ${worst.pixels.toExponential(1)}, ${failed} failed`,
);
process.exitCode = failed > 0 ? 1 : 0;
