/**
 * Encodes what check_encoding.py asks for, one JSON object a line from stdin to stdout: windows of a page
 * `{tokenizer, words, boxes, labels, maxLength, stride, rule}`, or a picture `{image, size, width, height}` as base64 float32.
 */
import { createInterface } from 'node:readline';
import { loadPixelValues } from '../../core/encoding/pixels.ts';
import type { Tokenizer } from '../../core/encoding/tokenizer.ts';
import { loadTokenizer } from '../../core/encoding/tokenizer-files.ts';
import { encodePage } from '../../core/encoding/windows.ts';
import type { Box } from '../../core/page/page.ts';

interface Asked {
  tokenizer: string;
  words: string[];
  boxes: Box[];
  labels: number[];
  maxLength: number;
  stride: number;
  rule: 'v4' | 'v5';
  image?: string;
  size: number;
  /** Of the page, to which the picture's EXIF orientation may have to be applied. */
  width: number;
  height: number;
}

const tokenizers = new Map<string, Promise<Tokenizer>>();
const page = { pageNum: 0, width: 0, height: 0, words: [], bboxes: [], imagePath: null };
for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line) as Asked;
  if (asked.image !== undefined) {
    const warnings: string[] = [];
    const values = await loadPixelValues(
      { ...page, width: asked.width, height: asked.height, imagePath: asked.image },
      { size: asked.size, onWarning: (message) => warnings.push(message) },
    );
    console.log(JSON.stringify({ values: Buffer.from(values.buffer).toString('base64'), warnings }));
    continue;
  }
  let tokenizer = tokenizers.get(asked.tokenizer);
  if (!tokenizer) {
    tokenizer = loadTokenizer(asked.tokenizer);
    tokenizers.set(asked.tokenizer, tokenizer);
  }
  const windows = encodePage(
    { ...page, words: asked.words, bboxes: asked.boxes },
    asked.labels,
    await tokenizer,
    { maxLength: asked.maxLength, stride: asked.stride, labelRule: asked.rule, overlapLabels: 'every' },
  );
  const plain = windows.map((w) => [[...w.inputIds], [...w.bbox], [...w.labels]]);
  console.log(JSON.stringify(plain));
}
