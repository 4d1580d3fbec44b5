import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Bpe } from './bpe.ts';
import { fromByteChars, preTokens, toByteChars } from './byte-level.ts';
import { saveTokenizer, tokenizerFiles } from './save-tokenizer.ts';
import { smallTokenizer } from './testing/small-tokenizer.ts';
import { loadTokenizer, parseMerges } from './tokenizer-files.ts';

const tokenizer = smallTokenizer();

describe('byte level', () => {
  it('stands for every text and gives it back', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (s) => fromByteChars(toByteChars(s)) === s));
  });

  it('splits without losing a character', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (s) => preTokens(s).join('') === s));
  });

  it('splits as GPT-2 does', () => {
    expect(preTokens(" don't we'LL 12½ cups!!")).toEqual([
      ' don',
      "'t",
      ' we',
      "'",
      'LL',
      ' 12½',
      ' cups',
      '!!',
    ]);
    expect(preTokens('a  b \t c ')).toEqual(['a', ' ', ' b', ' \t', ' c', ' ']);
    // U+0085 is white space and U+FEFF is not, other than for JavaScript's \s.
    expect(preTokens('a\u0085\ufeff')).toEqual(['a', '\u0085', '\ufeff']);
  });
});

/** The plainest reading of BPE: while any pair can be merged, merge the leftmost one of the lowest rank. */
function plainBpe(text: string, merges: readonly (readonly [string, string])[]): string[] {
  const rank = new Map(merges.map(([a, b], i) => [`${a}\n${b}`, i]));
  const pieces = [...text];
  for (;;) {
    let best = -1;
    let lowest = Infinity;
    for (let i = 0; i + 1 < pieces.length; i++) {
      const r = rank.get(`${pieces[i]}\n${pieces[i + 1]}`) ?? Infinity;
      if (r < lowest) [best, lowest] = [i, r];
    }
    if (best < 0) return pieces;
    pieces.splice(best, 2, pieces[best] + pieces[best + 1]);
  }
}

describe('Bpe', () => {
  const merges = [
    ['a', 'b'],
    ['b', 'b'],
    ['ab', 'b'],
    ['a', 'a'],
    ['c', 'ab'],
    ['aa', 'ab'],
    ['bb', 'ab'],
  ] as const;
  const vocab = new Map([...'abc', ...merges.map((m) => m.join(''))].map((token, id) => [token, id]));
  const tokens = [...vocab.keys()];

  it('merges as the plain algorithm does', () => {
    const bpe = new Bpe(vocab, merges);
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 40 }), (text) => {
        const { ids, lengths } = bpe.pieces(text);
        expect(ids.map((id) => tokens[id])).toEqual(plainBpe(text, merges));
        expect(lengths).toEqual(ids.map((id) => tokens[id].length));
      }),
    );
  });

  it('leaves out, or marks, characters the vocabulary lacks', () => {
    expect(new Bpe(vocab, merges).pieces('a?b').ids).toEqual([vocab.get('ab')]);
    expect(new Bpe(vocab, merges, { unknown: 2 }).pieces('a?b').ids).toEqual([0, 2, 1]);
  });

  it('names a merge the vocabulary lacks', () => {
    expect(() => new Bpe(vocab, [['a', 'x']])).toThrow(/merge 0 \("a" "x"\)/);
  });
});

describe('Tokenizer', () => {
  it('gives back the text of any word, the assumed space first', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (word) => {
        fc.pre(!/<s>|<\/s>|<pad>|<unk>|<mask>/.test(word));
        const text = tokenizer.decode(tokenizer.encodeWord(word));
        expect(text).toBe(word === '' || word.startsWith(' ') ? word : ` ${word}`);
      }),
    );
  });

  it('keeps special tokens in the text whole, and lets <mask> take the space before it', () => {
    const { ids } = tokenizer;
    expect(tokenizer.encodeWord('<s>')).toEqual([ids.cls]);
    expect(tokenizer.encodeWord('a <mask>')).toEqual([...tokenizer.encodeWord('a'), ids.mask]);
    expect(tokenizer.encodeWord('x</s>y')).toEqual([
      ...tokenizer.encodeWord('x'),
      ids.sep,
      ...tokenizer.encodeWord('y'),
    ]);
  });

  it('has the same ids with offsets, which walk forward inside the word', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 12 }), (word) => {
        const { ids, starts, ends } = tokenizer.encodeWordWithOffsets(word);
        expect(ids).toEqual(tokenizer.encodeWord(word));
        for (const [i, start] of starts.entries()) {
          expect(start).toBeLessThanOrEqual(ends[i]);
          expect(ends[i]).toBeLessThanOrEqual([...word].length);
        }
      }),
    );
    // The bytes of one character share its place; a bare space piece has none.
    expect(tokenizer.encodeWordWithOffsets('漢a')).toMatchObject({ starts: [0, 0, 0, 0, 1] });
    expect(tokenizer.encodeWordWithOffsets('漢a').ends[0]).toBe(0);
  });

  it('cuts a word of 10 000 characters', () => {
    const word = 'flour'.repeat(2000);
    expect(tokenizer.decode(tokenizer.encodeWord(word))).toBe(` ${word}`);
  });
});

describe('tokenizer files', () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'galley-tokenizer-'));
  });
  afterAll(() => rm(dir, { recursive: true }));
  const words = ['Flour,', '1½', "don't", '漢', '', '<mask>'];
  const idsOf = (t: typeof tokenizer) => words.map((word) => t.encodeWord(word));

  it('come back the same, from tokenizer.json and from vocab.json with merges.txt', async () => {
    await saveTokenizer(tokenizer, dir);
    expect(idsOf(await loadTokenizer(dir))).toEqual(idsOf(tokenizer));
    await rm(join(dir, 'tokenizer.json'));
    const plain = await loadTokenizer(dir);
    expect(idsOf(plain)).toEqual(idsOf(tokenizer));
    expect(plain.spec.modelMaxLength).toBe(512);
    expect(plain.vocabSize).toBe(tokenizer.vocabSize);
  });

  it('read merges as pairs too', async () => {
    const json = JSON.parse(tokenizerFiles(tokenizer).get('tokenizer.json') as string);
    json.model.merges = json.model.merges.map((merge: string) => merge.split(' '));
    await writeFile(join(dir, 'tokenizer.json'), JSON.stringify(json));
    expect(idsOf(await loadTokenizer(dir))).toEqual(idsOf(tokenizer));
  });

  it('keep unknown keys of tokenizer_config.json', async () => {
    const path = join(dir, 'tokenizer_config.json');
    const config = JSON.parse(await readFile(path, 'utf8'));
    await writeFile(path, JSON.stringify({ ...config, apply_ocr: false, sep_token_box: [1, 2, 3, 4] }));
    const loaded = await loadTokenizer(dir);
    await saveTokenizer(loaded, dir);
    expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({
      apply_ocr: false,
      sep_token_box: [1, 2, 3, 4],
      tokenizer_class: 'LayoutLMv3Tokenizer',
    });
  });

  it('say what is missing, damaged or of another kind', async () => {
    const path = join(dir, 'tokenizer.json');
    const good = JSON.parse(tokenizerFiles(tokenizer).get('tokenizer.json') as string);
    const tryJson = async (change: (json: typeof good) => void) => {
      const json = structuredClone(good);
      change(json);
      await writeFile(path, JSON.stringify(json));
      return loadTokenizer(dir).then(
        () => 'loaded',
        (error) => `${error.code}: ${error.message}`,
      );
    };
    expect(await tryJson((j) => (j.model.type = 'WordPiece'))).toMatch(/invalid-data.*WordPiece/);
    expect(await tryJson((j) => (j.normalizer = { type: 'NFC' }))).toMatch(/normaliser/);
    expect(await tryJson((j) => (j.model.merges[3] = 'no'))).toMatch(/merge 3: expected two tokens/);
    expect(await tryJson((j) => (j.model.merges[3] = 'q qqq'))).toMatch(/mismatch.*merge 3/);
    expect(await tryJson((j) => (j.model.vocab.a = -1))).toMatch(/invalid-data: model\.vocab\.a/);
    expect(
      await tryJson((j) => {
        delete j.model.vocab['<pad>'];
        j.added_tokens = [];
      }),
    ).toMatch(/mismatch: special token/);
    await writeFile(path, '{"model": ');
    await expect(loadTokenizer(dir)).rejects.toMatchObject({ code: 'damaged' });
    await expect(loadTokenizer(join(dir, 'nowhere'))).rejects.toMatchObject({ code: 'not-found' });
  });

  it('skip the version line of merges.txt and bear Windows line ends', () => {
    expect(parseMerges('#version: 0.2\r\na b\r\n# #\r\n', 'x')).toEqual([
      ['a', 'b'],
      ['#', '#'],
    ]);
  });
});
