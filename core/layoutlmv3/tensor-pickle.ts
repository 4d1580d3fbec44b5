import { GalleyError } from '../errors/galley-error.ts';
import type { Dtype } from './safetensors-header.ts';

/** A tensor as a pickle describes it: a strided view of a storage that lies elsewhere in the archive. */
export interface PickledTensor {
  readonly storage: string;
  readonly dtype: Dtype;
  /** Elements. */
  readonly storageSize: number;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
}

class Name {
  readonly path: string;
  constructor(path: string) {
    this.path = path;
  }
}
class Storage {
  readonly key: string;
  readonly dtype: Dtype;
  readonly size: number;
  constructor(key: string, dtype: Dtype, size: number) {
    this.key = key;
    this.dtype = dtype;
    this.size = size;
  }
}
class Tensor {
  readonly view: PickledTensor;
  constructor(view: PickledTensor) {
    this.view = view;
  }
}

const STORAGES: Readonly<Record<string, Dtype>> = {
  'torch.FloatStorage': 'F32',
  'torch.HalfStorage': 'F16',
  'torch.BFloat16Storage': 'BF16',
  'torch.DoubleStorage': 'F64',
  'torch.LongStorage': 'I64',
  'torch.IntStorage': 'I32',
  'torch.ShortStorage': 'I16',
  'torch.CharStorage': 'I8',
  'torch.ByteStorage': 'U8',
  'torch.BoolStorage': 'BOOL',
};
const CALLABLE = new Set([
  'collections.OrderedDict',
  'torch._utils._rebuild_tensor_v2',
  'torch._utils._rebuild_parameter',
]);

const MARK = Symbol('mark');
/** Deeper or larger than any state_dict. */
const MAX_STACK = 1_000_000;

/**
 * Reads the pickle of a PyTorch state_dict. A pickle is a program; this reader knows the few instructions
 * and the few names that such a file needs, builds plain data from them and calls nothing. Any other name
 * or instruction ends the reading.
 * @returns the tensors by name; nested under `state_dict` or `model` where a trainer wrapped them.
 * @throws GalleyError `damaged`, for forbidden names with the name.
 */
export function readTensorPickle(bytes: Buffer, where: string): Map<string, PickledTensor> {
  const reader = new PickleReader(bytes, where);
  const top = reader.run();
  const tensors = tensorsOf(top);
  if (tensors.size > 0) return tensors;
  if (top instanceof Map)
    for (const wrapper of ['state_dict', 'model', 'model_state_dict']) {
      const inner = tensorsOf(top.get(wrapper));
      if (inner.size > 0) return inner;
    }
  return reader.fail('no tensors in it, expected a state_dict');
}

function tensorsOf(value: unknown): Map<string, PickledTensor> {
  const tensors = new Map<string, PickledTensor>();
  if (value instanceof Map)
    for (const [name, entry] of value)
      if (typeof name === 'string' && entry instanceof Tensor) tensors.set(name, entry.view);
  return tensors;
}

class PickleReader {
  readonly #bytes: Buffer;
  readonly #where: string;
  #at = 0;
  readonly #stack: unknown[] = [];
  readonly #memo = new Map<number, unknown>();

  constructor(bytes: Buffer, where: string) {
    this.#bytes = bytes;
    this.#where = where;
  }

  fail(message: string): never {
    throw new GalleyError('damaged', `PyTorch weights: ${message}`, {
      where: this.#where,
      hint: 'save the model again as model.safetensors (save_pretrained of a current transformers does)',
    });
  }

  run(): unknown {
    for (;;) {
      const code = String.fromCharCode(this.#take(1)[0]);
      if (code === '.') return this.#pop();
      this.#step(code);
      if (this.#stack.length > MAX_STACK) this.fail('the pickle builds an absurd stack');
    }
  }

  /** One instruction. Letters as in CPython's Lib/pickle.py. */
  #step(code: string): void {
    const stack = this.#stack;
    switch (code) {
      case '\x80': // PROTO
        this.#take(1);
        return;
      case '\x95': // FRAME
        this.#take(8);
        return;
      case '(':
        stack.push(MARK);
        return;
      case '0':
        this.#pop();
        return;
      case 'N':
        stack.push(null);
        return;
      case '\x88':
        stack.push(true);
        return;
      case '\x89':
        stack.push(false);
        return;
      case 'K':
        stack.push(this.#take(1)[0]);
        return;
      case 'M':
        stack.push(this.#take(2).readUInt16LE());
        return;
      case 'J':
        stack.push(this.#take(4).readInt32LE());
        return;
      case '\x8a': // LONG1
        stack.push(this.#long(this.#take(1)[0]));
        return;
      case 'X': // BINUNICODE
        stack.push(this.#take(this.#take(4).readUInt32LE()).toString('utf8'));
        return;
      case '\x8c': // SHORT_BINUNICODE
        stack.push(this.#take(this.#take(1)[0]).toString('utf8'));
        return;
      case ')':
        stack.push([]);
        return;
      case ']':
        stack.push([]);
        return;
      case '}':
        stack.push(new Map());
        return;
      case '\x85':
      case '\x86':
      case '\x87': {
        const length = code.charCodeAt(0) - 0x84;
        if (stack.length < length) this.fail('the pickle is damaged (stack)');
        stack.push(stack.splice(stack.length - length));
        return;
      }
      case 't':
        stack.push(this.#toMark());
        return;
      case 'a':
      case 'e': {
        const items = code === 'a' ? [this.#pop()] : this.#toMark();
        const list = stack.at(-1);
        if (!Array.isArray(list)) this.fail('the pickle is damaged (list)');
        for (const item of items) list.push(item);
        return;
      }
      case 's':
      case 'u': {
        const items = code === 's' ? [this.#pop(), this.#pop()].reverse() : this.#toMark();
        const map = stack.at(-1);
        if (!(map instanceof Map) || items.length % 2) this.fail('the pickle is damaged (dictionary)');
        for (let i = 0; i < items.length; i += 2) map.set(items[i], items[i + 1]);
        return;
      }
      case 'q':
        this.#memo.set(this.#take(1)[0], stack.at(-1));
        return;
      case 'r':
        this.#memo.set(this.#take(4).readUInt32LE(), stack.at(-1));
        return;
      case '\x94': // MEMOIZE
        this.#memo.set(this.#memo.size, stack.at(-1));
        return;
      case 'h':
        stack.push(this.#recall(this.#take(1)[0]));
        return;
      case 'j':
        stack.push(this.#recall(this.#take(4).readUInt32LE()));
        return;
      case 'c': // GLOBAL
        stack.push(this.#name(`${this.#line()}.${this.#line()}`));
        return;
      case '\x93': {
        // STACK_GLOBAL
        const attribute = this.#pop();
        stack.push(this.#name(`${this.#pop()}.${attribute}`));
        return;
      }
      case 'Q':
        stack.push(this.#storage(this.#pop()));
        return;
      case 'R': {
        const args = this.#pop();
        stack.push(this.#reduce(this.#pop(), args));
        return;
      }
      case 'b': // BUILD: a state_dict carries its `_metadata` as an attribute; it is not needed.
        this.#pop();
        if (!(stack.at(-1) instanceof Map)) this.fail('the pickle sets attributes of something unexpected');
        return;
      default:
        this.fail(
          `instruction 0x${code.charCodeAt(0).toString(16)} at byte ${this.#at - 1}, which weights do not need`,
        );
    }
  }

  #name(path: string): Name {
    if (!CALLABLE.has(path) && !Object.hasOwn(STORAGES, path))
      this.fail(
        `the file asks for "${path.slice(0, 100)}", which weights do not need; nothing of it was executed`,
      );
    return new Name(path);
  }

  /** ("storage", type, key, device, elements), as torch writes persistent ids. */
  #storage(id: unknown): Storage {
    const [tag, type, key, , size] = Array.isArray(id) ? id : [];
    const dtype = type instanceof Name ? STORAGES[type.path] : undefined;
    if (tag !== 'storage' || !dtype || typeof key !== 'string' || !isCount(size))
      return this.fail('the description of a storage is damaged');
    return new Storage(key, dtype, size);
  }

  #reduce(callee: unknown, args: unknown): unknown {
    if (!(callee instanceof Name) || !CALLABLE.has(callee.path) || !Array.isArray(args))
      return this.fail('the pickle calls something that is not a name');
    if (callee.path === 'collections.OrderedDict') {
      const items = (args[0] ?? []) as unknown;
      if (!Array.isArray(items) || items.some((item) => !Array.isArray(item)))
        return this.fail('the pickle is damaged (ordered dictionary)');
      return new Map(items as [unknown, unknown][]);
    }
    if (callee.path === 'torch._utils._rebuild_parameter') {
      if (!(args[0] instanceof Tensor)) return this.fail('the description of a parameter is damaged');
      return args[0];
    }
    const [storage, offset, shape, strides] = args;
    const valid =
      storage instanceof Storage &&
      isCount(offset) &&
      Array.isArray(shape) &&
      Array.isArray(strides) &&
      shape.length === strides.length &&
      [...shape, ...strides].every(isCount);
    if (!valid) return this.fail('the description of a tensor is damaged');
    const elements = shape.reduce((a, b) => a * b, 1);
    const last =
      elements === 0 ? -1 : shape.reduce((at, length, i) => at + (length - 1) * strides[i], offset);
    if (!Number.isSafeInteger(elements) || elements > 2 ** 34 || last >= storage.size)
      return this.fail(
        `a tensor [${shape.join(', ')}] reaches outside its storage of ${storage.size} elements`,
      );
    return new Tensor({
      storage: storage.key,
      dtype: storage.dtype,
      storageSize: storage.size,
      offset,
      shape,
      strides,
    });
  }

  #take(length: number): Buffer {
    if (this.#at + length > this.#bytes.length) this.fail('the pickle is truncated');
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  #line(): string {
    const end = this.#bytes.indexOf(0x0a, this.#at);
    if (end < 0) this.fail('the pickle is truncated');
    const line = this.#bytes.toString('utf8', this.#at, end);
    this.#at = end + 1;
    return line;
  }

  #long(length: number): number {
    let value = 0n;
    for (const [i, byte] of this.#take(length).entries()) value |= BigInt(byte) << BigInt(8 * i);
    if (length > 0) value = BigInt.asIntN(8 * length, value);
    return Number(value);
  }

  #pop(): unknown {
    if (this.#stack.length === 0) this.fail('the pickle is damaged (stack)');
    return this.#stack.pop();
  }

  #toMark(): unknown[] {
    const mark = this.#stack.lastIndexOf(MARK);
    if (mark < 0) this.fail('the pickle is damaged (mark)');
    return this.#stack.splice(mark).slice(1);
  }

  #recall(slot: number): unknown {
    if (!this.#memo.has(slot)) this.fail('the pickle is damaged (memo)');
    return this.#memo.get(slot);
  }
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
