import { join } from 'node:path';
import { LayoutLMv3Windows } from '../../core/inference/window-model.ts';
import { readConfig } from '../../core/layoutlmv3/config.ts';
import { initParameters } from '../../core/layoutlmv3/parameters.ts';
import { repository } from '../harness.ts';
import type { Work } from './galley.ts';
import { fullExample, randomPixels } from './random-pages.ts';

export interface PredictPageOptions {
  readonly model: string;
  /** Text tokens of the page. */
  readonly text: number;
  readonly batch: number;
  readonly threads: number;
  readonly precision?: 'float32' | 'int8';
}

/** The logits of one page (or of a batch of like ones) by the model the predictor loads. */
export async function predictPage(options: PredictPageOptions): Promise<Work> {
  const config = await readConfig(join(repository, options.model, 'config.json'));
  const model = await LayoutLMv3Windows.create({
    config,
    parameters: initParameters(config, 1),
    device: 'cpu',
    visual: config.visualEmbed,
    threads: options.threads,
    precision: options.precision ?? 'float32',
  });
  const inputs = Array.from({ length: options.batch }, (_, i) => ({
    window: fullExample(config, options.text, i).window,
    pixels: config.visualEmbed ? randomPixels(config, i) : null,
  }));
  const run = async () => {
    await model.logits(inputs);
    return undefined;
  };
  for (let i = 0; i < 2; i++) await run();
  return { run, close: () => model.release() };
}
