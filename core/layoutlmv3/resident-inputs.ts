import { GalleyError } from '../errors/galley-error.ts';
import { type Tensor, tensor } from '../runtime/tensor.ts';
import { MASKED } from './attention-bias.ts';
import { checkBatch, type ModelBatch, positionIds } from './model-batch.ts';
import { patchify, patchValues } from './patches.ts';
import { visualBoxes } from './relative-buckets.ts';
import { BATCH_INPUTS, type ResidentGraph } from './resident-graph.ts';
import { side } from './text-rows.ts';

/** What of a graph decides its feeds. */
export type ResidentShape = Pick<
  ResidentGraph,
  'config' | 'batch' | 'textLength' | 'length' | 'visual' | 'batchInputs'
>;

/** What a resident graph is fed of a batch: ids, coordinates, the key mask and patches; everything else is on the device. */
export class ResidentInputs {
  readonly graph: ResidentShape;
  readonly #visualBoxes: Int32Array;
  readonly #patches: Float32Array;

  constructor(graph: ResidentShape) {
    this.graph = graph;
    const { config, visual, batch } = graph;
    this.#visualBoxes = visual ? visualBoxes(config) : new Int32Array(0);
    this.#patches = new Float32Array(visual ? batch * patchValues(config) : 0);
  }

  /**
   * Feeds of one batch, but for its targets and dropout windows. The patches are overwritten by the next call.
   * @throws GalleyError `invalid-data` for ids or boxes out of range, `mismatch` for another batch shape.
   */
  batchFeeds(batch: ModelBatch): Record<string, Tensor> {
    const { graph } = this;
    if (batch.batch !== graph.batch || batch.textLength !== graph.textLength)
      throw new GalleyError(
        'mismatch',
        `a batch of [${batch.batch}, ${batch.textLength}] tokens, the graph was built for [${graph.batch}, ${graph.textLength}]`,
      );
    checkBatch(graph.config, batch);
    const feeds = { ...this.#text(batch), ...this.#keys(batch) };
    if (graph.visual && batch.pixelValues) feeds[BATCH_INPUTS.patches] = this.#pixels(batch.pixelValues);
    return Object.fromEntries(Object.entries(feeds).filter(([name]) => graph.batchInputs.has(name)));
  }

  #text(batch: ModelBatch): Record<string, Tensor> {
    const { config } = this.graph;
    const tokens = batch.batch * batch.textLength;
    const [left, top, right, bottom, height, width, slots] = Array.from(
      { length: 7 },
      () => new Int32Array(tokens),
    );
    const inputIds = Int32Array.from(batch.inputIds);
    const slotOfRow = new Int32Array(config.vocabSize);
    let used = 0;
    for (let i = 0; i < tokens; i++) {
      const [x0, y0, x1, y1] = [0, 1, 2, 3].map((edge) => batch.bbox[4 * i + edge]);
      [left[i], top[i], right[i], bottom[i]] = [x0, y0, x1, y1];
      [height[i], width[i]] = [side(y1, y0), side(x1, x0)];
      const id = inputIds[i];
      if (id !== config.padTokenId && slotOfRow[id] === 0) slotOfRow[id] = ++used;
      slots[i] = id === config.padTokenId ? -1 : slotOfRow[id] - 1;
    }
    const rows = {
      inputIds,
      positionIds: positionIds(config, batch),
      left,
      top,
      right,
      bottom,
      height,
      width,
    };
    return Object.fromEntries(
      Object.entries({ ...rows, slots, slotOfRow }).map(([role, data]) => [
        BATCH_INPUTS[role as keyof typeof BATCH_INPUTS],
        tensor(data, [data.length]),
      ]),
    );
  }

  #keys({ batch, textLength, bbox, attentionMask }: ModelBatch): Record<string, Tensor> {
    const { length } = this.graph;
    const x = new Int32Array(batch * length);
    const y = new Int32Array(batch * length);
    const mask = new Float32Array(batch * length);
    for (let b = 0; b < batch; b++)
      for (let i = 0; i < length; i++) {
        const inText = i < textLength;
        const boxes = inText ? bbox : this.#visualBoxes;
        const from = 4 * (inText ? b * textLength + i : i - textLength);
        const to = b * length + i;
        [x[to], y[to]] = [boxes[from], boxes[from + 3]];
        if (inText && attentionMask[b * textLength + i] === 0) mask[to] = MASKED;
      }
    return {
      [BATCH_INPUTS.x]: tensor(x, [batch, length]),
      [BATCH_INPUTS.y]: tensor(y, [batch, length]),
      [BATCH_INPUTS.keyMask]: tensor(mask, [batch, 1, 1, length]),
    };
  }

  #pixels(pixelValues: Float32Array): Tensor {
    const { config, batch } = this.graph;
    const [image, rows] = [config.numChannels * config.inputSize ** 2, patchValues(config)];
    for (let b = 0; b < batch; b++)
      patchify(
        config,
        pixelValues.subarray(b * image, (b + 1) * image),
        this.#patches.subarray(b * rows, (b + 1) * rows),
      );
    const width = config.numChannels * config.patchSize ** 2;
    return tensor(this.#patches, [batch, rows / width, width]);
  }
}
