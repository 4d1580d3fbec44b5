/**
 * Labels the words of one page with the model in this folder. Needs nothing of Galley:
 *
 *     npm install
 *     node predict.mjs example.json
 *     node predict.mjs page.json --image page.png --precision int8
 *
 * The JSON holds {"words": [...], "bboxes": [[x0, y0, x1, y1], ...], "width": W, "height": H}, boxes 0..1000 of the page, or
 * pixels with "box_space": "pixels"; "preceding_words" may hold the last words of the page before, for models that read
 * them (context_words in inference.json). A line a word is printed: label, probability, word, with tabs between them.
 */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Tokenizer } from '@huggingface/tokenizers';
import ort from 'onnxruntime-node';

/** Where a page has no picture its words stand as boxes of this grey, which is about what print leaves of them. */
const PRINT_GREY = 208;
const BATCH = 4;

const readJson = (path) => JSON.parse(readFileSync(path, 'utf8'));

export class Predictor {
  /** @param folder this folder @param precision 'float32' or 'int8'; the first there is by default */
  static async load(folder, precision) {
    const settings = readJson(join(folder, 'inference.json'));
    const model = settings.models[precision ?? Object.keys(settings.models)[0]];
    if (!model) throw new Error(`this folder holds no ${precision} model`);
    const predictor = new Predictor();
    predictor.settings = settings;
    predictor.session = await ort.InferenceSession.create(join(folder, model));
    predictor.tokenizer = new Tokenizer(
      readJson(join(folder, 'tokenizer.json')),
      readJson(join(folder, 'tokenizer_config.json')),
    );
    return predictor;
  }

  /** Probabilities of the labels, a row a word; `image` is the path of a picture, or nothing. */
  async predict(page, image) {
    const { settings } = this;
    const labels = settings.labels.length;
    const windows = this.windows(page);
    const pixels = settings.image ? await pixelsOf(page, image, settings.image) : null;
    const logits = Array(page.words.length).fill(null);
    for (let start = 0; start < windows.length; start += BATCH) {
      const batch = windows.slice(start, start + BATCH);
      const { data, dims } = await this.run(batch, pixels);
      for (const [row, window] of batch.entries())
        for (const [word, at] of window.heads) {
          const from = (row * dims[1] + at) * labels;
          logits[word] = Array.from(data.subarray(from, from + labels));
        }
    }
    // A word without pieces (empty text) is what the word before it is.
    let last = logits.find((row) => row) ?? Array(labels).fill(0);
    return logits.map((row) => {
      last = row ?? last;
      const most = Math.max(...last);
      const values = last.map((value) => Math.exp(value - most));
      const sum = values.reduce((a, b) => a + b, 0);
      return values.map((value) => value / sum);
    });
  }

  async run(batch, pixels) {
    const length = Math.max(...batch.map(({ ids }) => ids.length));
    const shape = [batch.length, length];
    const ids = new BigInt64Array(batch.length * length).fill(BigInt(this.settings.pad_id));
    const mask = new BigInt64Array(ids.length);
    const boxes = new BigInt64Array(ids.length * 4);
    for (const [row, window] of batch.entries()) {
      ids.set(window.ids.map(BigInt), row * length);
      mask.fill(1n, row * length, row * length + window.ids.length);
      boxes.set(window.boxes.flat().map(BigInt), row * length * 4);
    }
    const feeds = {
      input_ids: new ort.Tensor('int64', ids, shape),
      attention_mask: new ort.Tensor('int64', mask, shape),
      bbox: new ort.Tensor('int64', boxes, [...shape, 4]),
    };
    if (pixels) {
      const { size } = this.settings.image;
      const all = new Float32Array(batch.length * pixels.length);
      for (const row of batch.keys()) all.set(pixels, row * pixels.length);
      feeds.pixel_values = new ort.Tensor('float32', all, [batch.length, 3, size, size]);
    }
    return (await this.session.run(feeds, ['logits'])).logits;
  }

  pieces(word) {
    return word === '' ? [] : this.tokenizer.encode(word, { add_special_tokens: false }).ids.map(Number);
  }

  /** The page in overlapping windows of at most max_length tokens; each word is read where most is around it. */
  windows(page) {
    const { cls, sep, max_length: length, stride, line_boxes: byLine } = this.settings;
    let boxes = boxesOf(page);
    if (byLine) boxes = lineBoxes(boxes, readingLines(boxes, page.width, page.height));
    const [ids, owner, heads] = [[], [], []];
    for (const [word, text] of page.words.entries()) {
      const pieces = this.pieces(text);
      heads.push(pieces.length > 0 ? ids.length : -1);
      ids.push(...pieces);
      owner.push(...pieces.map(() => word));
    }
    const context = this.context(page, Math.min(length / 4, length - 3 - stride));
    const spans = spansOf(ids.length, length - context.length - 2, stride);
    const reader = readersOf(heads, spans, ids.length);
    return spans.map(([start, end], number) => {
      const ahead = number === 0 ? context : [];
      return {
        ids: [cls.id, ...ahead, ...ids.slice(start, end), sep.id],
        boxes: [
          cls.box,
          ...ahead.map(() => [0, 0, 1000, 0]),
          ...owner.slice(start, end).map((word) => boxes[word]),
          sep.box,
        ],
        heads: heads.flatMap((head, word) =>
          head >= 0 && reader[word] === number ? [[word, ahead.length + head - start + 1]] : [],
        ),
      };
    });
  }

  context(page, room) {
    const count = this.settings.context_words;
    const before = count > 0 ? (page.preceding_words ?? []).slice(-count) : [];
    const ids = before.flatMap((word) => this.pieces(word));
    const most = Math.floor(room) - 1;
    return ids.length > 0 && most >= 1 ? [...ids.slice(-most), this.settings.sep.id] : [];
  }
}

function boxesOf(page) {
  if (page.words.length !== page.bboxes.length)
    throw new Error(`${page.words.length} words and ${page.bboxes.length} boxes`);
  if ((page.box_space ?? '0-1000') === '0-1000') return page.bboxes;
  const at = (value, side) => Math.min(1000, Math.max(0, Math.trunc((1000 * value) / side)));
  return page.bboxes.map((box) => {
    const [x0, y0] = [at(box[0], page.width), at(box[1], page.height)];
    return [x0, y0, Math.max(x0, at(box[2], page.width)), Math.max(y0, at(box[3], page.height))];
  });
}

/** [3, size, size] of the page's picture, or of its words as grey boxes where there is none. */
async function pixelsOf(page, image, { size, mean, std, rescale_factor: factor }) {
  const { data } = resize(image ? await decode(image) : drawn(page), size);
  const pixels = new Float32Array(3 * size * size);
  for (let c = 0; c < 3; c++)
    for (let i = 0; i < size * size; i++)
      pixels[c * size * size + i] =
        Math.fround(Math.fround(data[i * 3 + c] * factor) - Math.fround(mean[c])) / Math.fround(std[c]);
  return pixels;
}

async function decode(path) {
  const { default: sharp } = await import('sharp');
  const picture = sharp(path, { ignoreIcc: true, pages: 1 }).autoOrient().removeAlpha().toColourspace('srgb');
  const { data, info } = await picture.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
  const rgb = new Uint8Array(info.width * info.height * 3);
  for (let i = 0; i < rgb.length; i++)
    rgb[i] = data[Math.trunc(i / 3) * info.channels + (info.channels < 3 ? 0 : i % 3)];
  return { width: info.width, height: info.height, data: rgb };
}

function drawn(page) {
  const scale = 1000 / Math.max(page.width, page.height);
  const width = Math.max(1, Math.round(page.width * scale));
  const height = Math.max(1, Math.round(page.height * scale));
  const data = new Uint8Array(width * height * 3).fill(255);
  for (const [i, box] of boxesOf(page).entries()) {
    if (page.words[i].trim() === '') continue;
    const [x0, x1] = [box[0], box[2]].map((x) => Math.trunc((x * width) / 1000));
    const [y0, y1] = [box[1], box[3]].map((y) => Math.trunc((y * height) / 1000));
    for (let y = y0; y < y1; y++) data.fill(PRINT_GREY, (y * width + x0) * 3, (y * width + x1) * 3);
  }
  return { width, height, data };
}

/** Pillow's antialiased bilinear resize to a square, to the last bit: across, then down, 22-bit weights. */
function resize({ width, height, data }, size) {
  const across = pass(data, { lines: height, lineStep: width * 3, from: width, step: 3, to: size });
  const down = pass(across, {
    lines: size,
    lineStep: 3,
    from: height,
    step: size * 3,
    to: size,
    outLineStep: 3,
    outStep: size * 3,
  });
  return { width: size, height: size, data: down };
}

function pass(data, { lines, lineStep, from, step, to, outLineStep = to * 3, outStep = 3 }) {
  if (from === to) return data;
  const out = new Uint8Array(lines * to * 3);
  const support = Math.max(from / to, 1);
  for (let i = 0; i < to; i++) {
    const centre = ((i + 0.5) * from) / to;
    const first = Math.max(0, Math.trunc(centre - support + 0.5));
    const count = Math.min(from, Math.trunc(centre + support + 0.5)) - first;
    const raw = Array.from({ length: count }, (_, t) =>
      Math.max(0, 1 - Math.abs((t + first - centre + 0.5) / support)),
    );
    const total = raw.reduce((a, b) => a + b, 0);
    const weights = raw.map((w) => Math.trunc(0.5 + (total === 0 ? w : w / total) * 2 ** 22));
    for (let line = 0; line < lines; line++)
      for (let c = 0; c < 3; c++) {
        let sum = 2 ** 21;
        for (let t = 0; t < count; t++) sum += data[line * lineStep + (first + t) * step + c] * weights[t];
        out[line * outLineStep + i * outStep + c] = Math.min(255, sum >> 22);
      }
  }
  return out;
}

function spansOf(count, size, stride) {
  const spans = [];
  for (let start = 0; ; start += size - stride) {
    const end = Math.min(start + size, count);
    spans.push([start, end]);
    if (end >= count) return spans;
  }
}

/** Which window each word is read in: the one whose nearer cut is farthest away, the first of equals. */
function readersOf(heads, spans, count) {
  return heads.map((head) => {
    let [best, reader] = [-1, -1];
    for (const [number, [start, end]] of spans.entries()) {
      if (head < start || head >= end) continue;
      const left = start === 0 ? Infinity : head - start;
      const right = end === count ? Infinity : end - 1 - head;
      if (Math.min(left, right) > best) [best, reader] = [Math.min(left, right), number];
    }
    return reader;
  });
}

/** Each box becomes that of its line. */
function lineBoxes(boxes, lines) {
  const result = [...boxes];
  for (const line of lines) {
    const side = (i, pick) => pick(...line.map((word) => boxes[word][i]));
    const box = [side(0, Math.min), side(1, Math.min), side(2, Math.max), side(3, Math.max)];
    for (const word of line) result[word] = box;
  }
  return result;
}

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

/** Words of each line: what stands at one height, parted at the gaps between columns. */
function readingLines(boxes, width, height) {
  const [sx, sy] = [width / 1000, height / 1000];
  const left = boxes.map((b) => b[0] * sx);
  const right = boxes.map((b) => b[2] * sx);
  const middle = boxes.map((b) => ((b[1] + b[3]) / 2) * sy);
  const tall = median(boxes.map((b) => (b[3] - b[1]) * sy));
  const byLeft = boxes.map((_, i) => i).sort((a, b) => left[a] - left[b]);
  const slopes = [];
  for (const [k, i] of byLeft.entries()) {
    const j = byLeft
      .slice(k + 1)
      .find((other) => left[other] >= right[i] - 1 && Math.abs(middle[other] - middle[i]) < tall / 2);
    if (j === undefined || left[j] - right[i] > 2 * tall) continue;
    const run = (left[j] + right[j] - left[i] - right[i]) / 2;
    if (run > tall) slopes.push((middle[j] - middle[i]) / run);
  }
  const skew = slopes.length < 8 ? 0 : Math.max(-0.1, Math.min(0.1, median(slopes)));
  const level = middle.map((y, i) => y - (skew * (left[i] + right[i])) / 2);
  const rows = [];
  for (const i of boxes.map((_, k) => k).sort((a, b) => level[a] - level[b])) {
    const row = rows.at(-1);
    if (row && level[i] - row.level <= Math.max(2, 0.6 * tall)) {
      row.words.push(i);
      row.level += (level[i] - row.level) / row.words.length;
    } else rows.push({ words: [i], level: level[i] });
  }
  for (const { words } of rows) words.sort((a, b) => left[a] - left[b]);
  const gaps = rows.map(({ words }) => {
    const wide = [];
    let end = -Infinity;
    for (const [at, i] of words.entries()) {
      if (at > 0 && left[i] - end > 1.1 * tall) wide.push({ at, from: end, to: left[i] });
      end = Math.max(end, right[i]);
    }
    return wide;
  });
  const over = (a, b) => Math.min(a.to, b.to) - Math.max(a.from, b.from) > 1.6 * tall;
  return rows.flatMap(({ words }, r) => {
    const beside = [...(gaps[r - 1] ?? []), ...(gaps[r + 1] ?? [])];
    const parts = (gap) => gap.to - gap.from > 3.5 * tall || beside.some((other) => over(gap, other));
    const cuts = gaps[r].filter(parts).map(({ at }) => at);
    return [0, ...cuts].map((cut, k) => words.slice(cut, cuts[k]));
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { image: { type: 'string' }, precision: { type: 'string' } },
  });
  if (positionals.length !== 1) {
    console.error('usage: node predict.mjs page.json [--image page.png] [--precision float32|int8]');
    process.exit(2);
  }
  const page = readJson(positionals[0]);
  const predictor = await Predictor.load(dirname(fileURLToPath(import.meta.url)), values.precision);
  for (const [i, row] of (await predictor.predict(page, values.image)).entries()) {
    const best = row.indexOf(Math.max(...row));
    console.log(`${predictor.settings.labels[best]}\t${row[best].toFixed(6)}\t${page.words[i]}`);
  }
}
