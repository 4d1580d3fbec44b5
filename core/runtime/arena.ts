import { GalleyError } from '../errors/galley-error.ts';

const PAGE_BYTES = 65_536;
/** The first page is left alone: a WebAssembly kernel over this memory may keep constants there. */
const RESERVED_BYTES = PAGE_BYTES;
/** A cache line; also more than SIMD needs. */
const ALIGN_BYTES = 64;

/** One WebAssembly memory that is never grown, so its views stay valid, cut into aligned float32 views. */
export interface Arena {
  readonly memory: WebAssembly.Memory;
  /**
   * The next `count` floats (zeros at first), their start at a multiple of 64 bytes. `view.byteOffset` is
   * the address for a WebAssembly kernel; the view itself can be fed to ONNX Runtime and be a
   * preallocated output. Throws GalleyError `graph` when the arena is spent.
   */
  take(count: number): Float32Array;
  /** How many floats `take` can still give (in one piece). */
  readonly left: number;
}

/** Floats that {@link Arena.take} really uses for a view of `count`. */
export const arenaFloats = (count: number): number =>
  (Math.ceil((count * 4) / ALIGN_BYTES) * ALIGN_BYTES) / 4;

/**
 * Parameters, gradients and optimizer state in one memory that ONNX Runtime and a WebAssembly kernel both
 * see (ONNX Runtime refuses SharedArrayBuffer, so the memory is not shared). One wasm32 memory ends at 4 GiB.
 * Give the sum of {@link arenaFloats} over all views. Throws GalleyError `device` when it cannot be had.
 */
export function createArena(floatCount: number): Arena {
  const bytes = RESERVED_BYTES + arenaFloats(floatCount) * 4;
  const pages = Math.ceil(bytes / PAGE_BYTES);
  if (pages > 65_536)
    throw new GalleyError(
      'device',
      `an arena of ${(bytes / 2 ** 30).toFixed(1)} GiB passes WebAssembly's 4 GiB`,
    );
  let memory: WebAssembly.Memory;
  try {
    memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  } catch (cause) {
    throw new GalleyError('device', `no memory for ${(bytes / 2 ** 20).toFixed(0)} MiB of training state`, {
      hint: 'Close other programs or choose a smaller model.',
      cause,
    });
  }
  let next = RESERVED_BYTES;
  const end = memory.buffer.byteLength;
  return {
    memory,
    get left() {
      return (end - next) / 4;
    },
    take(count) {
      const size = arenaFloats(count) * 4;
      if (next + size > end)
        throw new GalleyError('graph', `arena: ${count} floats asked, ${(end - next) / 4} left`);
      const view = new Float32Array(memory.buffer, next, count);
      next += size;
      return view;
    },
  };
}
