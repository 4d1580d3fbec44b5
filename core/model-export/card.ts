import { stringify } from 'yaml';
import { numLabels } from '../layoutlmv3/config.ts';
import type { DatasetFacts, ModelFacts, Score, StageFacts } from './facts.ts';

/** Files of an exported folder, which its card explains. */
export interface ExportedFiles {
  /** By precision, paths in the folder. */
  readonly models: Readonly<Record<string, string>>;
  readonly bytes: Readonly<Record<string, number>>;
  /** Whether model.safetensors is there too. */
  readonly weights: boolean;
}

const number = (n: number): string => n.toLocaleString('en-US');
const score = (n: number): string => n.toFixed(4);

/** What stands in a Markdown table's cell; names of labels and folders come from files. */
const cell = (text: string): string =>
  text
    .replace(/[\r\n]+/g, ' ')
    .replaceAll('|', '\\|')
    .replaceAll('<', '&lt;');

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map((_, i) => (i === 0 ? '---' : '---:')), ...rows]
    .map((row) => `| ${row.map(cell).join(' | ')} |`)
    .join('\n');

/** A card goes out into the world, the folders of its maker need not: absolute paths keep their last name only. */
export const withoutFolders = (text: string): string =>
  text.replace(
    /(^|[\s"'=(])(?:[A-Za-z]:)?[\\/](?:[^\s"'\\/]+[\\/])*([^\s"'\\/,)]*)/g,
    (_, before: string, name: string) => before + name,
  );

const AGAINST = {
  gold: 'labels that people decided (gold)',
  weak: "the dataset's own labels, made by rules unless people gave them: a sanity check, not a measure of quality",
} as const;

/**
 * The model card (README.md) of a model folder: front matter as the Hugging Face hub reads it, then what the records of its
 * training say. Nothing in it is written by hand, and what is not known is left out.
 */
export function modelCard(facts: ModelFacts, exported: ExportedFiles | null = null): string {
  const sections = [
    frontMatter(facts, exported),
    `# ${facts.name}`,
    introduction(facts),
    exported ? runningIt(exported, facts) : transformersUse(facts),
    data(facts),
    scores(facts),
    training(facts),
    licence(facts),
    limits(facts),
  ];
  return `${sections.filter((text) => text !== '').join('\n\n')}\n`;
}

function frontMatter(facts: ModelFacts, exported: ExportedFiles | null): string {
  const { base_model, base_model_licence } = facts.config.galley;
  const best = facts.scores.filter((one) => one.of === 'model');
  const results = best.map((one) => ({
    task: { type: 'token-classification', name: 'Token classification' },
    dataset: {
      type: nameOf(facts.stages.at(-1)?.dataset ?? 'own-pages'),
      name: `${nameOf(facts.stages.at(-1)?.dataset ?? 'own pages')}, against ${one.against} labels`,
      split: one.split,
    },
    metrics: [
      { type: 'f1', name: 'Macro F1 over labels with support', value: rounded(one.metrics.macro_f1) },
      { type: 'accuracy', name: 'Token accuracy', value: rounded(one.metrics.accuracy) },
    ],
  }));
  const front = {
    library_name: exported && !exported.weights ? 'onnxruntime' : 'transformers',
    pipeline_tag: 'token-classification',
    tags: ['layoutlmv3', 'document-layout', ...(exported ? ['onnx'] : []), 'galley'],
    ...(base_model_licence ? { license: base_model_licence } : {}),
    ...(base_model && /^[\w.-]+\/[\w.-]+$/.test(base_model) ? { base_model } : {}),
    ...(results.length > 0 ? { 'model-index': [{ name: facts.name, results }] } : {}),
  };
  return `---\n${stringify(front)}---`;
}

const rounded = (n: number) => Number(n.toFixed(6));

/** Last name of a path. */
const nameOf = (path: string): string => path.split(/[\\/]/).filter(Boolean).at(-1) ?? path;

function introduction({ config, datasets }: ModelFacts): string {
  const words = datasets.reduce<Record<string, number>>((sum, one) => {
    for (const [label, n] of Object.entries(one.labelCounts)) sum[label] = Math.max(sum[label] ?? 0, n);
    return sum;
  }, {});
  const counted = Object.keys(words).length > 0;
  const visual = config.galley.visual ?? config.visualEmbed;
  const reads = [
    'the words of a scanned page',
    config.galley.line_boxes ? 'the boxes of the lines they stand in' : 'their boxes',
    ...(visual ? [`the page image at ${config.inputSize} x ${config.inputSize}`] : []),
  ];
  return [
    `LayoutLMv3 token classifier: it reads ${reads.slice(0, -1).join(', ')} and ${reads.at(-1)}, and gives each word one ` +
      `of ${numLabels(config)} labels. ${config.numHiddenLayers} layers of width ${config.hiddenSize}, ` +
      `vocabulary of ${number(config.vocabSize)}. Trained by Galley; this card was written from the run's own records.`,
    table(
      ['Label', ...(counted ? ['words with it in the data'] : [])],
      config.labels.names.map((name) => [name, ...(counted ? [number(words[name] ?? 0)] : [])]),
    ),
  ].join('\n\n');
}

function transformersUse({ config }: ModelFacts): string {
  return `## Use

\`\`\`python
from transformers import LayoutLMv3ForTokenClassification, LayoutLMv3Processor
processor = LayoutLMv3Processor.from_pretrained(".", apply_ocr=False)
model = LayoutLMv3ForTokenClassification.from_pretrained(".")
# words: list of str, boxes: list of [x0, y0, x1, y1] from 0 to 1000${config.galley.line_boxes ? ' (of the line a word stands in)' : ''}
inputs = processor(image, words, boxes=boxes, return_tensors="pt", truncation=True)
labels = model(**inputs).logits.argmax(-1)
\`\`\`

\`galley predict\` reads long pages in overlapping windows; \`galley export-model\` writes ONNX files with examples.`;
}

function runningIt({ models, bytes, weights }: ExportedFiles, { config }: ModelFacts): string {
  const about: Record<string, string> = {
    float32: 'as it was trained',
    int8: "the encoder's linear layers in 8 bits, for CPUs with 8-bit dot products (VNNI, AMX)",
  };
  const rows = Object.entries(models).map(([precision, path]) => [
    path,
    about[precision] ?? precision,
    `${((bytes[precision] ?? 0) / 2 ** 20).toFixed(1)} MiB`,
  ]);
  const visual = config.galley.visual ?? config.visualEmbed;
  const image = visual
    ? ' Without `--image` a page is drawn as grey boxes where its words stand: give the scan where there is one.'
    : ' The model was trained without page images.';
  return `## Use

${table(['File', 'what', 'size'], rows)}

Inputs \`input_ids\`, \`attention_mask\` [batch, sequence] and \`bbox\` [batch, sequence, 4] int64${
    visual
      ? `, \`pixel_values\` float32 [batch, ${config.numChannels}, ${config.inputSize}, ${config.inputSize}]`
      : ''
  }; output \`logits\` [batch, sequence, ${numLabels(config)}].
Batch and length are free, up to ${config.galley.max_length ?? config.maxPositionEmbeddings - 2} tokens. Operators of the ONNX standard only.

Two examples, which need nothing but this folder, read a page's words and print a label for each:

\`\`\`
pip install -r requirements.txt && python predict.py example.json
npm install && node predict.mjs example.json
python predict.py page.json${visual ? ' --image page.png' : ''}${models.int8 ? ' --precision int8' : ''}
\`\`\`

\`page.json\` holds \`{"words": [...], "bboxes": [[x0, y0, x1, y1], ...], "width": W, "height": H}\`, boxes 0..1000 of the page (or
pixels, with \`"box_space": "pixels"\`). How pages become windows of tokens is said in \`inference.json\`.${image}${
    weights
      ? '\n\n`model.safetensors` with `config.json` loads in transformers (`LayoutLMv3ForTokenClassification`).'
      : ''
  }`;
}

function data({ datasets }: ModelFacts): string {
  if (datasets.length === 0) return '';
  const splits = [...new Set(datasets.flatMap((one) => Object.keys(one.splits)))];
  const labels = [...new Set(datasets.flatMap((one) => Object.keys(one.labelCounts)))];
  const title = (one: DatasetFacts) => `${nameOf(one.path)} (${one.role})`;
  const row = (what: string, value: (one: DatasetFacts) => number | undefined) => [
    what,
    ...datasets.map((one) => number(value(one) ?? 0)),
  ];
  return `## Data

${table(
  ['', ...datasets.map(title)],
  [
    ...splits.map((split) => row(`pages, ${split}`, (one) => one.splits[split])),
    ...labels.map((label) => row(`words, ${label}`, (one) => one.labelCounts[label])),
  ],
)}

Words are those of all splits, by the label they were trained with.`;
}

function scores({ scores: all, bestMetric, config }: ModelFacts): string {
  if (all.length === 0)
    return bestMetric === null
      ? ''
      : `## Scores\n\nBest macro F1 while training: ${score(bestMetric)} (trainer_state.json).`;
  const blocks = (['gold', 'weak'] as const).flatMap((against) => {
    const here = all.filter((one) => one.against === against);
    if (here.length === 0) return [];
    const { split } = here[0];
    const row = (what: string, value: (one: Score) => string) => [what, ...here.map(value)];
    const support = here[0].metrics.per_label;
    return [
      `Against ${AGAINST[against]}, ${split}, ${number(here[0].metrics.pages)} pages, ${number(here[0].metrics.tokens)} words:`,
      table(
        ['', ...here.map((one) => one.of), 'words'],
        [
          [...row('macro F1', (one) => score(one.metrics.macro_f1)), ''],
          [...row('accuracy', (one) => score(one.metrics.accuracy)), ''],
          [...row('entity F1', (one) => score(one.metrics.entity_f1)), ''],
          ...config.labels.names
            .filter((label) => (support[label]?.support ?? 0) > 0)
            .map((label) => [
              ...row(`F1, ${label}`, (one) => score(one.metrics.per_label[label]?.f1 ?? 0)),
              number(support[label].support),
            ]),
        ],
      ),
    ];
  });
  const notes = all.some((one) => one.of === 'model' && one.against === 'gold')
    ? []
    : ['No page of these has labels that people decided: how good the model is has not been measured.'];
  return [
    '## Scores',
    ...blocks,
    ...notes,
    'Macro F1 is the mean over the labels that occur, O left out; entity F1 counts runs of one label.',
  ].join('\n\n');
}

function training({ stages, command, device, versions, finishedAt }: ModelFacts): string {
  if (stages.length === 0 && command === null) return '';
  const parts = ['## Training'];
  if (stages.length > 0) {
    const names = [...new Set(stages.flatMap((stage) => Object.keys(stage.hyperparameters)))];
    const row = (what: string, value: (stage: StageFacts) => string) => [what, ...stages.map(value)];
    parts.push(
      table(
        ['', ...stages.map((stage) => `Stage ${stage.name}`)],
        [
          row('started from', (stage) => withoutFolders(stage.startedFrom)),
          row('training pages', (stage) => number(stage.pages)),
          row('optimizer steps', (stage) => number(stage.steps)),
          row('epochs', (stage) => String(stage.epochs)),
          row('seconds', (stage) => stage.seconds.toFixed(0)),
          ...names.map((name) => row(name, (stage) => shown(stage.hyperparameters[name]))),
        ],
      ),
    );
  }
  const facts = [
    ...(device ? [`device: ${device}`] : []),
    ...Object.entries(versions).map(([name, version]) => `${name}: ${version}`),
    ...(finishedAt ? [`finished: ${finishedAt}`] : []),
  ];
  if (facts.length > 0) parts.push(facts.map((fact) => `- ${fact}`).join('\n'));
  if (command) parts.push(`\`\`\`\n${withoutFolders(command)}\n\`\`\``);
  return parts.join('\n\n');
}

const shown = (value: unknown): string =>
  value === undefined ? '' : typeof value === 'string' ? withoutFolders(value) : JSON.stringify(value);

function licence({ config, stages }: ModelFacts): string {
  const { base_model, base_model_licence, licence_notice } = config.galley;
  if (base_model_licence)
    return `## Licence

Base weights: ${withoutFolders(base_model ?? 'unknown')}, licence \`${base_model_licence}\`. It binds this model too.${
      licence_notice ? `\n\n> ${licence_notice}` : ''
    }`;
  const from = stages[0]?.startedFrom;
  const own = from?.startsWith('galley-nano') ?? false;
  return `## Licence

${
  own
    ? 'It started from galley-nano (MIT, made from pages that Galley wrote itself), which binds it to nothing further.'
    : base_model
      ? `Base weights: ${withoutFolders(base_model)}; their licence is not known here.`
      : 'No licence of base weights is recorded.'
} Whose the training pages are is for their owner to say: add \`license:\` above before you publish.`;
}

function limits({ scores: all }: ModelFacts): string {
  const weak = all.some((one) => one.of === 'model' && one.against === 'weak');
  return `## Limits

The model knows the kind of pages it was trained on: their language, print and layout. Words and boxes come from OCR, whose
errors it cannot mend.${weak ? ' Most of its training labels were made by rules, and it repeats their habits.' : ''}`;
}
