import { z } from 'zod';
import { GalleyError } from '../errors/galley-error.ts';

/** Bits per element of every dtype of the format. */
export const DTYPE_BITS = {
  BOOL: 8,
  U8: 8,
  I8: 8,
  U16: 16,
  I16: 16,
  F16: 16,
  BF16: 16,
  U32: 32,
  I32: 32,
  F32: 32,
  U64: 64,
  I64: 64,
  F64: 64,
  C64: 64,
  F8_E5M2: 8,
  F8_E4M3: 8,
  F8_E8M0: 8,
  F8_E4M3FNUZ: 8,
  F8_E5M2FNUZ: 8,
  F4: 4,
  F6_E2M3: 6,
  F6_E3M2: 6,
} as const;
export type Dtype = keyof typeof DTYPE_BITS;

/** Where one tensor lies. `begin` and `end` are byte offsets in the file, end exclusive. */
export interface TensorInfo {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

export interface SafetensorsHeader {
  /** The file's own key-value notes, e.g. `{"format": "pt"}`. */
  readonly metadata: Readonly<Record<string, string>>;
  /** By name, in file order. */
  readonly tensors: ReadonlyMap<string, TensorInfo>;
}

/** The reference reader's limit of the header's length in bytes. */
export const MAX_HEADER_BYTES = 100_000_000;

const offset = z.int().min(0);
const entry = z.strictObject({
  dtype: z.enum(Object.keys(DTYPE_BITS) as [Dtype, ...Dtype[]]),
  shape: z.array(offset),
  data_offsets: z.tuple([offset, offset]),
});
const notes = z.record(z.string(), z.string());

/**
 * Reads and checks the JSON header as the reference implementation does: known dtypes, sizes that match the
 * shapes, tensors that fill the data buffer without hole or overlap, no name twice, file exactly as long.
 * @param text the header without its length; @param fileSize of the whole file in bytes.
 * @throws GalleyError `damaged`, naming the tensor.
 */
export function parseSafetensorsHeader(
  text: string,
  headerBytes: number,
  fileSize: number,
  path: string,
): SafetensorsHeader {
  const fail = (message: string, hint?: string): never => {
    throw new GalleyError('damaged', message, { where: path, hint });
  };
  if (!text.startsWith('{')) fail('not a safetensors file: the header is not a JSON object');
  let json: Record<string, unknown> = {};
  try {
    json = JSON.parse(text);
  } catch (error) {
    fail(`the safetensors header is not valid JSON: ${(error as Error).message.slice(0, 120)}`);
  }
  const twice = repeatedKey(text);
  if (twice !== undefined) fail(`tensor "${twice}" appears twice in the header`);

  const dataStart = 8 + headerBytes;
  let metadata: Record<string, string> = {};
  const infos: TensorInfo[] = [];
  for (const [name, value] of Object.entries(json)) {
    if (name === '__metadata__') {
      const parsed = notes.safeParse(value);
      if (!parsed.success) fail('__metadata__ is not a map from text to text');
      metadata = parsed.data ?? {};
      continue;
    }
    const parsed = entry.safeParse(value);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      return fail(`tensor "${name}", ${issue.path.join('.') || 'entry'}: ${issue.message}`);
    }
    const { dtype, shape, data_offsets } = parsed.data;
    const [begin, end] = data_offsets;
    const bits = shape.reduce((a, b) => a * b, 1) * DTYPE_BITS[dtype];
    if (!Number.isSafeInteger(bits)) fail(`tensor "${name}": shape [${shape.join(', ')}] overflows`);
    if (bits % 8 !== 0) fail(`tensor "${name}": ${bits} bits do not fill whole bytes`);
    if (end < begin || end - begin !== bits / 8)
      fail(`tensor "${name}": ${dtype} [${shape.join(', ')}] needs ${bits / 8} bytes, the file gives it \
${end - begin}`);
    infos.push({ name, dtype, shape, begin: dataStart + begin, end: dataStart + end });
  }

  infos.sort((a, b) => a.begin - b.begin || a.end - b.end);
  let at = dataStart;
  for (const info of infos) {
    if (info.begin !== at)
      fail(`tensor "${info.name}" starts at byte ${info.begin}, expected ${at} (a hole or an overlap)`);
    at = info.end;
  }
  if (at > fileSize)
    fail(
      `the file is truncated: ${fileSize} bytes, its header describes ${at}`,
      'copy or download the file again',
    );
  if (at < fileSize) fail(`${fileSize - at} bytes behind the last tensor that no tensor owns`);
  return { metadata, tensors: new Map(infos.map((info) => [info.name, info])) };
}

/** First key that stands twice in the outermost object; JSON.parse keeps silent about that. */
function repeatedKey(text: string): string | undefined {
  const seen = new Set<string>();
  const token = /"(?:[^"\\]|\\.)*"(\s*:)?|[{}[\]]/g;
  let depth = 0;
  for (let match = token.exec(text); match; match = token.exec(text)) {
    const first = match[0][0];
    if (first === '{' || first === '[') depth++;
    else if (first === '}' || first === ']') depth--;
    else if (depth === 1 && match[1] !== undefined) {
      const key = JSON.parse(match[0].slice(0, match[0].length - match[1].length)) as string;
      if (seen.has(key)) return key;
      seen.add(key);
    }
  }
  return undefined;
}
