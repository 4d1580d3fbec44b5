import { EXIT_CODES } from '../errors/galley-error.ts';
import { COMMANDS } from './commands.ts';
import { describeFlags } from './flags.ts';

/** The specification's Python commands and what does the same here. */
const FROM_PYTHON: readonly (readonly [string, string])[] = [
  ['`python -m training.train_layoutlmv3 ...`', '`galley train ...`, every flag under its own name'],
  [
    '`python -m training.infer.predict_page ...`',
    '`galley predict ...`; `--split` with `--out_dir` for a whole split',
  ],
  ['`python -m training.infer.render_predictions ...`', '`galley render ...`'],
  ['`python scripts/run_phase4_experiments.py --config ...`', '`galley experiment --config ...`'],
  [
    '`python scripts/regenerate_highconf.py --overwrite --min_pages 25`',
    '`galley regen-highconf --overwrite --min_pages 25`, `make regen-highconf`',
  ],
];

const cell = (text: string) => text.replaceAll('|', '\\|');

/** docs/cli.md, made from the same schemas as the flags, so that the two cannot differ. */
export async function cliReference(): Promise<string> {
  const out: string[] = [
    '# Commands',
    '',
    'Made by `npm run docs:cli` from the schemas that also make the flags; a test holds it current.',
    '',
    '`--learning_rate` and `--learning-rate` are the same flag. Results go to stdout, progress and warnings to stderr.',
    'Dataset folders may be given with or without their `dataset_dict` child. Ctrl-C stops at the next safe point and',
    'keeps a checkpoint; a second one ends at once. `GALLEY_DEBUG=1` adds the stack trace to an error.',
    '',
    '## From the Python commands',
    '',
    '| Python | Galley |',
    '|---|---|',
    ...FROM_PYTHON.map(([a, b]) => `| ${cell(a)} | ${cell(b)} |`),
    '',
    '## Exit codes',
    '',
    '| code | meaning |',
    '|---|---|',
    '| 0 | done |',
    ...Object.entries(groupExitCodes()).map(([code, names]) => `| ${code} | ${names} |`),
    '',
  ];
  for (const [name, { load }] of Object.entries(COMMANDS)) {
    const spec = await load();
    out.push(`## galley ${name}`, '', `${spec.summary.charAt(0).toUpperCase()}${spec.summary.slice(1)}.`, '');
    if (spec.details) out.push('```', spec.details, '```', '');
    out.push('| flag | meaning | unit | default |', '|---|---|---|---|');
    for (const f of describeFlags(spec.schema)) {
      const value =
        f.kind === 'boolean'
          ? ''
          : f.kind === 'choice'
            ? ` ${f.choices.join('\\|')}`
            : f.kind === 'number'
              ? ' N'
              : ' VALUE';
      const shown =
        f.defaultValue === undefined || f.defaultValue === null ? '' : `\`${String(f.defaultValue)}\``;
      out.push(`| \`--${f.name}${value}\` | ${cell(f.description)} | ${f.unit ?? ''} | ${shown} |`);
    }
    out.push('');
  }
  return `${out.join('\n').trimEnd()}\n`;
}

const MEANINGS: Record<string, string> = {
  usage: 'a command line or configuration that cannot be obeyed',
  'not-found': 'a file or folder that is not there',
  damaged: 'a file that is not what it claims to be',
  'invalid-data': 'a value that breaks the rules (box, label, shape)',
  mismatch: 'two things that must agree do not',
  exists: 'something would be overwritten without leave',
  io: 'the disk: permissions, no space',
  network: 'a download',
  device: 'a device that cannot start',
  graph: 'the gradient engine was asked for something impossible',
  training: 'a training that cannot go on',
  cancelled: 'stopped by the user',
};

function groupExitCodes(): Record<string, string> {
  const grouped: Record<string, string> = {};
  for (const [name, code] of Object.entries(EXIT_CODES))
    grouped[code] = [grouped[code], MEANINGS[name]].filter(Boolean).join('; ');
  return grouped;
}
