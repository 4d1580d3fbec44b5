/** Rank and product of one merge: pairs of lower rank are merged first. */
interface Merge {
  readonly rank: number;
  readonly id: number;
}

/** Pairs of ids as one number: ids stay far below 2^26, so the key is exact in a double. */
const pairKey = (left: number, right: number) => left * 0x4000000 + right;

/** A position whose pair can be merged, in a binary heap ordered by (rank, position). */
interface Candidate extends Merge {
  readonly at: number;
  readonly right: number;
}

const before = (a: Candidate, b: Candidate) => a.rank < b.rank || (a.rank === b.rank && a.at < b.at);

function push(heap: Candidate[], item: Candidate): void {
  let i = heap.push(item) - 1;
  while (i > 0) {
    const parent = (i - 1) >> 1;
    if (!before(item, heap[parent])) break;
    heap[i] = heap[parent];
    i = parent;
  }
  heap[i] = item;
}

function pop(heap: Candidate[]): Candidate {
  const top = heap[0];
  const last = heap.pop() as Candidate;
  if (heap.length > 0) {
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1], heap[child])) child++;
      if (!before(heap[child], last)) break;
      heap[i] = heap[child];
      i = child;
    }
    heap[i] = last;
  }
  return top;
}

/** The merges of a byte-level BPE vocabulary. */
export class Bpe {
  readonly #vocab: ReadonlyMap<string, number>;
  readonly #merges = new Map<number, Merge>();
  readonly #unknown: number | null;
  readonly #wholeFirst: boolean;

  /**
   * @param merges pairs in order of rank; a pair whose parts or product the vocabulary lacks throws RangeError.
   * @param unknown id for a character the vocabulary lacks, or null to leave it out (RoBERTa's setting)
   * @param wholeFirst take a pre-token that is in the vocabulary whole (`ignore_merges`)
   */
  constructor(
    vocab: ReadonlyMap<string, number>,
    merges: readonly (readonly [string, string])[],
    { unknown = null, wholeFirst = false }: { unknown?: number | null; wholeFirst?: boolean } = {},
  ) {
    this.#vocab = vocab;
    this.#unknown = unknown;
    this.#wholeFirst = wholeFirst;
    for (const [rank, [left, right]] of merges.entries()) {
      const l = vocab.get(left);
      const r = vocab.get(right);
      const id = vocab.get(left + right);
      if (l === undefined || r === undefined || id === undefined)
        throw new RangeError(`merge ${rank} ("${left}" "${right}") is not in the vocabulary`);
      this.#merges.set(pairKey(l, r), { rank, id });
    }
  }

  /**
   * Ids and lengths (in characters) of the pieces of one pre-token of byte characters. Runs in
   * O(n log n): a heap of mergeable pairs over a linked list, so a word of 10 000 characters is no trap.
   */
  pieces(chars: string): { ids: number[]; lengths: number[] } {
    if (this.#wholeFirst) {
      const whole = this.#vocab.get(chars);
      if (whole !== undefined) return { ids: [whole], lengths: [chars.length] };
    }
    const ids: number[] = [];
    const lengths: number[] = [];
    for (const char of chars) {
      const id = this.#vocab.get(char) ?? this.#unknown;
      if (id === null) continue;
      ids.push(id);
      lengths.push(char.length);
    }
    const n = ids.length;
    const next = Int32Array.from({ length: n }, (_, i) => (i + 1 < n ? i + 1 : -1));
    const previous = Int32Array.from({ length: n }, (_, i) => i - 1);
    const heap: Candidate[] = [];
    const offer = (at: number) => {
      const right = next[at];
      if (right < 0) return;
      const merge = this.#merges.get(pairKey(ids[at], ids[right]));
      if (merge) push(heap, { rank: merge.rank, id: merge.id, at, right: ids[right] });
    };
    for (let i = 0; i + 1 < n; i++) offer(i);
    while (heap.length > 0) {
      const { at, id, right, rank } = pop(heap);
      const gone = next[at];
      // Entries go stale when a neighbour was merged: take one only while its pair still stands.
      if (lengths[at] === 0 || gone < 0 || ids[gone] !== right) continue;
      if (this.#merges.get(pairKey(ids[at], right))?.rank !== rank) continue;
      ids[at] = id;
      lengths[at] += lengths[gone];
      lengths[gone] = 0;
      next[at] = next[gone];
      if (next[gone] >= 0) previous[next[gone]] = at;
      if (previous[at] >= 0) offer(previous[at]);
      offer(at);
    }
    const kept = { ids: [] as number[], lengths: [] as number[] };
    for (let i = 0; i >= 0 && i < n; i = next[i]) {
      kept.ids.push(ids[i]);
      kept.lengths.push(lengths[i]);
    }
    return kept;
  }
}
