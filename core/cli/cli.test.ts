import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { galley, type Ran, startGalley, writeTinyModel } from './testing/run-galley.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

let dir: string;
let model: string;
let full: string;
let high: string;
const at = (...parts: string[]) => join(dir, ...parts);

/** Non-zero, one line on stderr that begins with the program's name, no stack trace. */
function expectOneLine(ran: Ran, code: number, text: RegExp): void {
  const lines = ran.stderr
    .trim()
    .split('\n')
    .filter((l) => !/^(warning:|Stopping|Stage [AB] step)|\d+\/\d+ \(\d+ %/.test(l));
  expect(lines.join('\n')).toMatch(text);
  expect(lines).toHaveLength(1);
  expect(lines[0]).not.toMatch(/\n\s+at /);
  expect(ran.code).toBe(code);
}

const trainTiny = (out: string, ...more: string[]) => [
  'train',
  '--model',
  model,
  '--full_dataset_dir',
  full,
  '--highconf_dataset_dir',
  high,
  '--output_dir',
  out,
  '--reports_dir',
  `${out}-reports`,
  '--batch_size',
  '2',
  '--max_length',
  '64',
  '--device',
  'cpu',
  ...more,
];

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'galley-cli-'));
  model = await writeTinyModel(at('tiny'));
  full = at('full');
  high = at('high');
  const made = await galley('demo-data', '--pages', '14', '--seed', '3', '--out_dir', at('pages'));
  expect(made.stderr + made.stdout).toMatch(/14 pages/);
  const labelled = await galley(
    'label',
    '--pages',
    at('pages/pages.jsonl'),
    '--gold_labels',
    at('pages/labels.jsonl'),
    '--out_dir',
    full,
    '--val-fraction',
    '0.3',
  );
  expect(labelled.code, labelled.stderr).toBe(0);
  const chosen = await galley(
    'regen-highconf',
    '--full_dataset_dir',
    full,
    '--highconf_dataset_dir',
    high,
    '--reports_dir',
    at('reports'),
    '--min_pages',
    '4',
  );
  expect(chosen.code, chosen.stderr).toBe(0);
});

describe('galley', () => {
  it('lists its commands and knows its version', async () => {
    const help = await galley('--help');
    expect(help.code).toBe(0);
    for (const name of [
      'demo',
      'label',
      'regen-highconf',
      'train',
      'predict',
      'render',
      'experiment',
      'doctor',
    ])
      expect(help.stdout).toContain(`  ${name} `);
    expect((await galley('--version')).stdout).toMatch(/^\d+\.\d+\.\d+/);
    expect((await galley('trian')).code).toBe(2);
  });

  it('writes the report of the high-confidence set', async () => {
    expect((await readdir(at('reports'))).filter((f) => f.endsWith('.md'))).toHaveLength(1);
  });

  it('plans without writing, trains both stages, predicts, draws', async () => {
    const plan = await galley(...trainTiny(at('models'), '--dry-run'));
    expect(plan.code, plan.stderr).toBe(0);
    expect(plan.stdout).toMatch(/Stage A[\s\S]*Stage B/);
    expect(existsSync(at('models'))).toBe(false);

    const trained = await galley(...trainTiny(at('models'), '--max_steps', '3'));
    expect(trained.code, trained.stderr).toBe(0);
    expect(trained.stdout).toMatch(/Stage A: 3 steps[\s\S]*Stage B: 3 steps[\s\S]*Final model/);
    const final = at('models/layoutlmv3_boston_final');
    for (const name of [
      'config.json',
      'model.safetensors',
      'tokenizer.json',
      'preprocessor_config.json',
      'trainer_state.json',
    ])
      expect(await readdir(final)).toContain(name);

    const again = await galley(...trainTiny(at('models'), '--max_steps', '3'));
    expectOneLine(again, 5, /already|--resume|--overwrite/);

    const predicted = await galley(
      'predict',
      '--model_dir',
      final,
      '--dataset_dir',
      full,
      '--split',
      'validation',
      '--out_dir',
      at('predictions'),
      '--with_probs',
      '--device',
      'cpu',
    );
    expect(predicted.code, predicted.stderr).toBe(0);
    const files = await readdir(at('predictions'));
    expect(files.length).toBeGreaterThan(1);
    const page = JSON.parse(await readFile(at('predictions', files[0]), 'utf8'));
    expect(page.tokens[0]).toMatchObject({
      text: expect.any(String),
      pred_label: expect.any(String),
      probs: expect.any(Object),
    });
    expect(Object.keys(page)).toEqual(
      expect.arrayContaining(['grouped', 'label_map', 'groups', 'width', 'height']),
    );

    const drawn = await galley(
      'render',
      '--pred_json',
      at('predictions', files[0]),
      '--out_png',
      at('overlay.png'),
    );
    expect(drawn.code, drawn.stderr).toBe(0);
    expect((await readFile(at('overlay.png'))).subarray(1, 4).toString()).toBe('PNG');

    const missing = await galley(
      'predict',
      '--model_dir',
      final,
      '--dataset_dir',
      full,
      '--page_num',
      '9999',
      '--out_json',
      at('x.json'),
    );
    expectOneLine(missing, 3, /no page 9999.*14 pages/);

    const words = {
      words: ['Boil', 'two', 'hours.'],
      bboxes: [
        [10, 10, 60, 30],
        [70, 10, 100, 30],
        [110, 10, 160, 30],
      ],
      width: 200,
      height: 100,
      box_space: 'pixels',
    };
    await writeFile(at('words.json'), JSON.stringify(words));
    const image = await galley(
      'predict',
      '--model_dir',
      final,
      '--words_json',
      at('words.json'),
      '--out_json',
      at('one.json'),
      '--device',
      'cpu',
    );
    expect(image.code, image.stderr).toBe(0);
    expect(
      JSON.parse(await readFile(at('one.json'), 'utf8')).tokens.map((t: { bbox: number[] }) => t.bbox)[0],
    ).toEqual([50, 100, 300, 300]);
  });

  it('goes on after SIGKILL to the same weights as a training never killed', async () => {
    const flags = [
      '--stage',
      'full',
      '--max_steps',
      '12',
      '--save_steps',
      '2',
      '--eval_steps',
      '2',
      '--save_total_limit',
      '9',
      '--learning_rate',
      '1e-3',
    ];
    const whole = await galley(...trainTiny(at('whole'), ...flags));
    expect(whole.code, whole.stderr).toBe(0);
    const killed = startGalley(trainTiny(at('killed'), ...flags));
    await killed.until(/step 4:/);
    killed.kill('SIGKILL');
    expect((await killed.done).signal).toBe('SIGKILL');
    const resumed = await galley(...trainTiny(at('killed'), ...flags, '--resume'));
    expect(resumed.code, resumed.stderr).toBe(0);
    const weights = (run: string) => readFile(at(run, 'layoutlmv3_boston_stageB_full/model.safetensors'));
    expect((await weights('killed')).equals(await weights('whole'))).toBe(true);
  });

  it('stops cleanly on Ctrl-C and keeps a checkpoint', async () => {
    const running = startGalley(
      trainTiny(
        at('stopped'),
        '--stage',
        'full',
        '--max_steps',
        '5000',
        '--eval_steps',
        '3',
        '--save_steps',
        '3',
      ),
    );
    await running.until(/step 3:/);
    running.kill('SIGINT');
    const ran = await running.done;
    expect(ran.code).toBe(130);
    expect(ran.stderr).toMatch(/stopped after step \d+ of 5000.*--resume/);
    const stage = await readdir(at('stopped/layoutlmv3_boston_stageB_full'));
    expect(stage.some((f) => f.startsWith('checkpoint-'))).toBe(true);
    expect(stage.some((f) => f.includes('.tmp'))).toBe(false);
  });
});

describe('one experiment', () => {
  const base = () => [
    'experiment',
    '--model',
    model,
    '--full_dataset_dir',
    full,
    '--highconf_dataset_dir',
    at('rebuilt'),
    '--reports_dir',
    at('runs'),
    '--max_steps',
    '2',
    '--batch_size',
    '2',
    '--max_length',
    '64',
    '--eval_pages',
    '2',
    '--device',
    'cpu',
  ];

  it('plans, runs every pass, rebuilds the missing high-confidence set, scores against gold', async () => {
    const plan = await galley(...base(), '--run_id', 'planned', '--dry_run', '--highconf_dataset_dir', high);
    expect(plan.code, plan.stderr).toBe(0);
    expect(existsSync(at('runs/planned'))).toBe(false);
    const ran = await galley(...base(), '--run_id', 'one', '--min_highconf_pages', '2');
    expect(ran.code, ran.stderr).toBe(0);
    const metrics = JSON.parse(await readFile(at('runs/one/metrics.json'), 'utf8'));
    for (const who of ['weak_labels', 'stage_a', 'stage_b'])
      expect(metrics[who].gold).toMatchObject({
        macro_f1: expect.any(Number),
        per_label: expect.any(Object),
        pages: 2,
      });
    const run = JSON.parse(await readFile(at('runs/one/run.json'), 'utf8'));
    expect(run.stages[1].startedFrom).toContain('layoutlmv3_boston_stageA_highconf');
    const report = await readFile(at('runs/one/REPORT.md'), 'utf8');
    expect(report).toMatch(/rebuilt/);
    expect(report).toMatch(/sanity, not gold/);
    for (const picture of report.matchAll(/!\[[^\]]*\]\(([^)]+)\)/g))
      expect(existsSync(at('runs/one', picture[1]))).toBe(true);
    expectOneLine(await galley(...base(), '--run_id', 'one'), 5, /--overwrite/);
  });

  it('reports a failed pass and fails', async () => {
    const ran = await galley(
      ...base(),
      '--run_id',
      'bad',
      '--highconf_dataset_dir',
      high,
      '--learning_rate',
      '1e-3',
      '--max_length',
      '4000',
    );
    expect(ran.code).not.toBe(0);
    const report = await readFile(at('runs/bad/REPORT.md'), 'utf8');
    expect(report).toMatch(/\*\*Failed\*\* in Smoke test/);
    expect(report).toMatch(/skipped.*an earlier pass failed/);
  });
});

describe('bad input', () => {
  it('names what is missing in a dataset', async () => {
    expectOneLine(
      await galley(
        'train',
        '--model',
        model,
        '--full_dataset_dir',
        at('nowhere'),
        '--stage',
        'full',
        '--output_dir',
        at('no'),
      ),
      3,
      /nowhere/,
    );
    await cp(full, at('damaged'), { recursive: true });
    const shard = (await readdir(at('damaged/dataset_dict/train'))).find((f) => f.endsWith('.arrow'))!;
    await truncate(at('damaged/dataset_dict/train', shard), 3000);
    expectOneLine(
      await galley(
        'train',
        '--model',
        model,
        '--full_dataset_dir',
        at('damaged'),
        '--stage',
        'full',
        '--output_dir',
        at('no'),
      ),
      4,
      /arrow/,
    );
    await cp(full, at('half'), { recursive: true });
    execFileSync(process.execPath, [
      '-e',
      `require('fs').rmSync(${JSON.stringify(at('half/dataset_dict/train/state.json'))})`,
    ]);
    expectOneLine(
      await galley(
        'train',
        '--model',
        model,
        '--full_dataset_dir',
        at('half'),
        '--stage',
        'full',
        '--output_dir',
        at('no'),
      ),
      3,
      /state\.json/,
    );
    expect(existsSync(at('no'))).toBe(false);
  });

  it('names page, word and value of bad pages', async () => {
    const page = {
      page_num: 5,
      words: ['a', 'b'],
      bboxes: [
        [0, 0, 10, 10],
        [20, 0, 1400, 10],
      ],
      width: 100,
      height: 100,
    };
    const cases: [object, RegExp][] = [
      [page, /1400/],
      [{ ...page, bboxes: [[0, 0, 10, 10]] }, /2.*1|1.*2/],
      [{ ...page, words: [], bboxes: [] }, /word/],
      [{ ...page, width: 0 }, /width/],
    ];
    for (const [value, text] of cases) {
      await writeFile(at('bad.jsonl'), `${JSON.stringify(value)}\n`);
      const ran = await galley('label', '--pages', at('bad.jsonl'), '--out_dir', at('bad-out'));
      expect(ran.code).toBe(4);
      expect(ran.stderr).toMatch(text);
      expect(existsSync(at('bad-out'))).toBe(false);
    }
    await writeFile(at('gold.jsonl'), `${JSON.stringify({ page_num: 1, labels: ['SAUCE'] })}\n`);
    expectOneLine(
      await galley(
        'label',
        '--pages',
        at('pages/pages.jsonl'),
        '--gold_labels',
        at('gold.jsonl'),
        '--out_dir',
        at('bad-out'),
      ),
      4,
      /SAUCE/,
    );
  });

  it('says why weights cannot be read', async () => {
    const predict = (folder: string) =>
      galley(
        'predict',
        '--model_dir',
        folder,
        '--dataset_dir',
        full,
        '--page_num',
        '1',
        '--out_json',
        at('never.json'),
      );
    const trained = await galley(...trainTiny(at('m'), '--stage', 'full', '--max_steps', '1'));
    expect(trained.code, trained.stderr).toBe(0);
    const good = at('m/layoutlmv3_boston_final');
    const weights = await readFile(join(good, 'model.safetensors'));
    const variants: [string, Uint8Array | string, RegExp][] = [
      ['truncated', weights.subarray(0, weights.length >> 1), /model\.safetensors/],
      ['pointer', 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n', /LFS/],
      ['empty', '', /model\.safetensors/],
    ];
    for (const [name, data, text] of variants) {
      await cp(good, at(name), { recursive: true });
      await writeFile(at(name, 'model.safetensors'), data);
      expectOneLine(await predict(at(name)), 4, text);
    }
    await cp(good, at('shapes'), { recursive: true });
    const config = JSON.parse(await readFile(at('shapes/config.json'), 'utf8'));
    await writeFile(at('shapes/config.json'), JSON.stringify({ ...config, intermediate_size: 64 }));
    expectOneLine(await predict(at('shapes')), 4, /intermediate.*(32|64)/);
    expectOneLine(await predict(at('nothing-here')), 3, /nothing-here/);
    expect(existsSync(at('never.json'))).toBe(false);
  });

  it('refuses flags it does not understand, naming them', async () => {
    expectOneLine(await galley('label'), 2, /--pages is required/);
    expectOneLine(await galley('train', '--learning_rate', 'fast'), 2, /--learning_rate/);
    expectOneLine(await galley('predict', '--dataset_dir', full), 2, /--page_num/);
    expect((await galley('train', '--stage', 'c')).code).toBe(2);
    expectOneLine(
      await galley(
        'train',
        '--device',
        'cuda',
        '--model',
        model,
        '--full_dataset_dir',
        full,
        '--stage',
        'full',
        '--output_dir',
        at('no'),
      ),
      8,
      /cuda/,
    );
  });

  it('leaves nothing half-written where it cannot write', async () => {
    await writeFile(at('a-file'), 'x');
    const ran = await galley('label', '--pages', at('pages/pages.jsonl'), '--out_dir', at('a-file/out'));
    expect(ran.code).not.toBe(0);
    expect(ran.stderr).toMatch(/a-file/);
  });

  it('says that the disk is full and leaves nothing half-written', async (context) => {
    const small = at('small-disk');
    await mkdir(small);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=300k', 'tmpfs', small], { stdio: 'ignore' });
    } catch {
      context.skip('no right to mount a small disk here');
    }
    try {
      const ran = await galley(
        ...trainTiny(
          join(small, 'models'),
          '--stage',
          'full',
          '--max_steps',
          '2',
          '--reports_dir',
          at('sd-reports'),
        ),
      );
      expectOneLine(ran, 6, /no space left/);
      const left = await readdir(join(small, 'models'), { recursive: true }).catch(() => []);
      expect(left.filter((f) => f.endsWith('model.safetensors') || f.includes('.tmp'))).toEqual([]);
    } finally {
      execFileSync('umount', [small]);
    }
  });
});
