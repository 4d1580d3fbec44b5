/** What untrusted files are made of, put in at random. */
const PIECES = [
  '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
  '&b;',
  '&#0;',
  '&#x110000;',
  '<![CDATA[',
  ']]>',
  '<!--',
  '</',
  '<a b=',
  '"',
  "'",
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  'null',
  'NaN',
  '-1',
  '1e309',
  '999999999999999999999',
  '"__proto__":{"a":1},',
  '"constructor":"x",',
  '\u0000',
  '\ud800',
  '\r\n',
  '  ',
];

/** Numbers 0..1 that a seed decides (mulberry32). */
function generator(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One of the samples with a few things wrong with it, the same for the same seed; one in ten is left as it is. */
export function mutate(samples: readonly Uint8Array[], seed: number): Uint8Array {
  const random = generator(seed);
  const below = (n: number) => Math.floor(random() * n);
  let bytes: Uint8Array = Buffer.from(samples[below(samples.length)]);
  if (random() < 0.1) return bytes;
  const times = 1 + below(4);
  for (let i = 0; i < times; i++) {
    const at = below(bytes.length + 1);
    const length = below(Math.min(200, bytes.length));
    const before = bytes.subarray(0, at);
    switch (below(8)) {
      case 0: // A byte is another.
        bytes = Buffer.concat([before, Buffer.from([below(256)]), bytes.subarray(at + 1)]);
        break;
      case 1: // The end is missing.
        bytes = before;
        break;
      case 2: // A stretch is missing.
        bytes = Buffer.concat([before, bytes.subarray(at + length)]);
        break;
      case 3: // A stretch is there twice.
        bytes = Buffer.concat([before, bytes.subarray(at, at + length), bytes.subarray(at)]);
        break;
      case 4: // Something that does not belong there.
        bytes = Buffer.concat([before, Buffer.from(PIECES[below(PIECES.length)]), bytes.subarray(at)]);
        break;
      case 5: {
        // The next number is another.
        const text = Buffer.from(bytes).toString('latin1');
        const found = /\d+(?:\.\d+)?/.exec(text.slice(at));
        if (found === null) break;
        const start = at + found.index;
        const numbers = ['0', '-5', '1e9', '4294967296', '0.5', '', '99999'];
        const put = numbers[below(numbers.length)];
        bytes = Buffer.from(text.slice(0, start) + put + text.slice(start + found[0].length), 'latin1');
        break;
      }
      case 6: // Deeply nested.
        bytes = Buffer.concat([
          before,
          Buffer.from((random() < 0.5 ? '<a>' : '[').repeat(1 + below(5000))),
          bytes.subarray(at),
        ]);
        break;
      default: // Two files in one.
        bytes = Buffer.concat([
          before,
          samples[below(samples.length)].subarray(0, length * 10),
          bytes.subarray(at),
        ]);
    }
  }
  return bytes;
}
