import type { LabelledPage } from '../datasets/labelled-page.ts';
import { bucketFor } from './buckets.ts';
import type { ExampleSet } from './examples.ts';
import type { BatchInput } from './model-runner.ts';

/** Where pixels come from: a PixelLoader. */
export interface PixelSource {
  /** [C, S, S], normalised. */
  load(page: LabelledPage): Promise<Float32Array>;
}

/** Gives batches of an example set with the pixels of their pages, loading those of the next batch meanwhile. */
export class BatchSource {
  readonly set: ExampleSet;
  readonly #buckets: readonly number[];
  readonly #pixels: PixelSource | null;
  readonly #ahead = new Map<number, Promise<Float32Array>>();

  /** @param pixels null in text-only mode */
  constructor(set: ExampleSet, buckets: readonly number[], pixels: PixelSource | null) {
    this.set = set;
    this.#buckets = buckets;
    this.#pixels = pixels;
  }

  /** @param next indices of the batch that will be asked for after this one */
  async load(indices: readonly number[], next: readonly number[] = []): Promise<BatchInput> {
    const examples = indices.map((i) => this.set.examples[i]);
    const textLength = bucketFor(this.#buckets, Math.max(...examples.map((e) => e.window.length)));
    if (!this.#pixels) return { examples, textLength };
    const pixelValues = await Promise.all(examples.map((e) => this.#take(e.page)));
    this.#ahead.clear();
    for (const i of next) this.#take(this.set.examples[i].page);
    return { examples, textLength, pixelValues };
  }

  #take(page: number): Promise<Float32Array> {
    let pixels = this.#ahead.get(page);
    if (!pixels) {
      pixels = this.#pixels!.load(this.set.page(page));
      // A failure is reported by the load that asks for this page.
      pixels.catch(() => {});
      this.#ahead.set(page, pixels);
    }
    return pixels;
  }
}
