import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LabelledPage } from '../../datasets/labelled-page.ts';
import { writeDatasetDict } from '../../datasets/write-dataset-dict.ts';
import { LabelMap } from '../../labels/labels.ts';
import { parsePageRanges } from '../../recipes/page-ranges.ts';
import { recipeDocument } from '../../recipes/testing/schema-org.ts';
import { typeset } from '../../recipes/testing/typeset.ts';
import type { CommandContext } from '../command.ts';
import { ProgressLine } from '../progress.ts';
import spec from './recipes.ts';

let dir: string;
const at = (...parts: string[]) => join(dir, ...parts);
const column = { feature: { dtype: 'int64', _type: 'Value' }, _type: 'Sequence' } as const;

/** A dataset page whose gold labels are those given and whose own labels are all O. */
function page(pageNum: number, rows: readonly string[]): LabelledPage {
  const { labels, words, bboxes } = typeset(pageNum, rows);
  return {
    pageNum,
    words,
    bboxes,
    width: 1000,
    height: 1000,
    imagePath: null,
    labels: words.map(() => 0),
    extra: { gold_labels: labels.map((name) => LabelMap.default.idOf(name)) },
  };
}

async function run(given: Record<string, unknown>): Promise<{ out: string[]; notes: string[] }> {
  const out: string[] = [];
  const notes: string[] = [];
  const context: CommandContext = {
    signal: new AbortController().signal,
    progress: new ProgressLine(),
    print: (line) => out.push(line),
    note: (line) => notes.push(line),
  };
  await spec.run(given, context);
  return { out, notes };
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'galley-recipes-'));
  await writeDatasetDict(at('full'), {
    splits: {
      train: [page(7, ['Plain/T Buns./T', '2/I cups/I flour./I', 'Beat/S well,/S then/S'])],
      validation: [
        page(8, ['bake/S it./S', 'Rolls./T', '1/I egg./I', 'Boil/S it./S']),
        page(9, ['Words/O of/O praise./O']),
      ],
    },
    labelMap: LabelMap.default,
    extraColumns: { gold_labels: column },
  });
});
afterAll(() => rm(dir, { recursive: true, force: true }));

describe('galley recipes', () => {
  it('writes a book as JSON-LD, splits and page breaks joined', async () => {
    const out = at('book.jsonld');
    const { out: said } = await run({ dataset_dir: at('full'), source: 'gold', out, book_title: 'Made Up' });
    expect(said).toEqual([
      `2 recipes, 2 ingredient lines (2 with a quantity, 0 with one that cannot be right): ${out}`,
    ]);
    const json = JSON.parse(await readFile(out, 'utf8'));
    expect(recipeDocument.parse(json)).toEqual(json);
    expect(json['@graph'].map((r: { name: string }) => r.name)).toEqual(['Plain Buns', 'Rolls']);
    expect(json['@graph'][0].recipeInstructions[0].text).toBe('Beat well, then bake it.');
  });

  it('writes one file a recipe, for chosen pages, and replaces nothing unasked', async () => {
    const options = {
      dataset_dir: at('full'),
      source: 'gold',
      format: 'markdown',
      per: 'recipe',
      out: at('md'),
    };
    await run({ ...options, dry_run: true });
    expect(existsSync(at('md'))).toBe(false);
    await run({ ...options, pages: '7' });
    expect(await readdir(at('md'))).toEqual(['0007-plain-buns.md']);
    await expect(run(options)).rejects.toMatchObject({ code: 'exists' });
    expect(await readdir(at('md'))).toHaveLength(1);
    await run({ ...options, overwrite: true });
    expect((await readdir(at('md'))).sort()).toEqual(['0007-plain-buns.md', '0008-rolls.md']);
  });

  it('reads predictions files', async () => {
    const { words, bboxes, labels } = typeset(3, ['Buns./T', '2/I eggs./I']);
    await writeFile(
      at('page_0003_predictions.json'),
      JSON.stringify({
        page_num: 3,
        tokens: words.map((text, i) => ({
          text,
          bbox: bboxes[i],
          pred_label: labels[i],
          pred_id: LabelMap.default.idOf(labels[i]),
          confidence: 0.5,
        })),
        label_map: LabelMap.default.toId2Label(),
      }),
    );
    await run({ predictions: dir, format: 'json', out: at('p.json') });
    const { recipes } = JSON.parse(await readFile(at('p.json'), 'utf8'));
    expect(recipes[0]).toMatchObject({
      name: 'Buns',
      confidence: 0.5,
      ingredients: [{ printed: '2 eggs.' }],
    });
  });

  it.each([
    [{}, 'usage', /--dataset_dir or --predictions/],
    [{ dataset_dir: 'full', predictions: 'x' }, 'usage', /one of them/],
    [{ dataset_dir: 'nowhere' }, 'not-found', /./],
    [{ predictions: 'nowhere' }, 'not-found', /./],
    [{ predictions: 'full' }, 'invalid-data', /page_num/],
    [{ dataset_dir: 'full' }, 'invalid-data', /no recipes in these pages/],
    [{ dataset_dir: 'full', pages: '9-7' }, 'usage', /"9-7"/],
    [{ dataset_dir: 'full', format: 'pdf' }, 'usage', /--format/],
  ])('refuses %j', async (given, code, message) => {
    const paths = Object.fromEntries(
      Object.entries(given).map(([k, v]) => [k, /dir|predictions/.test(k) ? at(v as string) : v]),
    );
    await expect(run({ out: at('never'), ...paths })).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
    expect(existsSync(at('never'))).toBe(false);
  });
});

describe('page ranges', () => {
  it('choose pages', () => {
    const wanted = parsePageRanges('3-5, 9');
    expect([2, 3, 5, 6, 9, 10].filter(wanted)).toEqual([3, 5, 9]);
    expect(parsePageRanges('')(1)).toBe(true);
  });

  it.each(['x', '5-3', '1,,2', '-1', '1-2-3'])('refuses %j', (text) => {
    expect(() => parsePageRanges(text)).toThrow(/no page or range/);
  });
});
