import type { PageDetail, PageSummary, RecipeGroup } from '../../core/workbench/contract.ts';

/** Pages made in memory, the same for the same number: for development, tests and screenshots without a workbench. */
export const FAKE_LABELS = [
  { id: 0, name: 'O', title: 'Outside', colour: '#8a8a8a', letter: '', key: '0' },
  { id: 1, name: 'TITLE', title: 'Title', colour: '#7a5ea6', letter: 'T', key: '1' },
  { id: 2, name: 'INGREDIENT_LINE', title: 'Ingredient line', colour: '#3f8f5f', letter: 'I', key: '2' },
  { id: 3, name: 'INSTRUCTION_STEP', title: 'Instruction step', colour: '#2b67b2', letter: 'S', key: '3' },
  { id: 4, name: 'TIME', title: 'Time', colour: '#c97a12', letter: 'M', key: '4' },
  { id: 5, name: 'TEMP', title: 'Temperature', colour: '#d3482f', letter: 'P', key: '5' },
  { id: 6, name: 'SERVINGS', title: 'Servings', colour: '#16898c', letter: 'V', key: '6' },
];

const WIDTH = 1000;
const HEIGHT = 1500;
const KINDS = [
  'Plain',
  'Quick',
  'Steamed',
  'Baked',
  'Brown',
  'Sour Milk',
  'Graham',
  'Potato',
  'Apple',
  'Rice',
];
const DISHES = [
  'Muffins',
  'Griddle-Cakes',
  'Pudding',
  'Brown Bread',
  'Omelet',
  'Chowder',
  'Gingerbread',
  'Rolls',
];
const AMOUNTS = ['1 cup', '2 cups', '½ cup', '1 teaspoon', '3 tablespoons', '¼ teaspoon', '2', '4'];
const GOODS = [
  'flour',
  'sugar',
  'milk',
  'butter, melted',
  'eggs, well beaten',
  'salt',
  'soda',
  'molasses',
  'cream',
];
const STEPS = [
  'Mix and sift dry ingredients, add gradually the milk, eggs well beaten, and melted butter.',
  'Drop by spoonfuls on a greased hot griddle; cook on one side until full of bubbles, then turn.',
  'Pour into buttered moulds, cover closely, and steam until firm. Serve with hard sauce.',
  'Scald the milk, pour slowly on the yolks of eggs slightly beaten, and stir until the mixture thickens.',
  'Cream the butter, add sugar gradually, then the flavoring, and beat until light.',
];
const TIMES = ['twenty-five minutes', 'three hours', 'one-half hour', '40 minutes'];
const TEMPS = ['350°', 'a hot oven', '425° F.', 'a slow oven'];
const SERVINGS = ['Serves six.', 'Makes two dozen.', 'Serves eight.'];

interface Word {
  readonly text: string;
  readonly box: [number, number, number, number];
  readonly label: number;
  readonly line: number;
}

/** Small seeded generator (mulberry32), so that a page is the same in every run. */
function seeded(seed: number): () => number {
  let a = seed * 2654435761;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let x = Math.imul(a ^ (a >>> 15), 1 | a);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return ((x ^ (x >>> 14)) >>> 0) / 4294967296;
  };
}

function typeset(pageNum: number, wordsWanted: number): { words: Word[]; columns: number; size: number } {
  const random = seeded(pageNum + 7);
  const pick = <T>(from: readonly T[]) => from[Math.floor(random() * from.length)];
  const dense = wordsWanted > 600;
  const packed = wordsWanted > 1200;
  const size = packed ? 8 : dense ? 11 : 20;
  const height = packed ? 10.5 : dense ? 15 : 29;
  const columns = packed ? 3 : dense ? 2 : 1;
  const columnWidth = (WIDTH - 160 - (columns - 1) * 40) / columns;
  const words: Word[] = [];
  let column = 0;
  let y = 150;
  let line = 0;
  const left = () => 80 + column * (columnWidth + 40);
  const down = () => {
    y += height;
    line++;
    if (y > HEIGHT - 110) {
      y = 150;
      column++;
    }
  };
  const set = (
    text: string,
    label: number,
    options: { indent?: number; centre?: boolean; scale?: number } = {},
  ) => {
    const { indent = 0, centre = false, scale = 1 } = options;
    const advance = (word: string) => word.length * size * 0.47 * scale;
    const gap = size * 0.3;
    const parts = text.split(' ');
    const total = parts.reduce((sum, word) => sum + advance(word) + gap, -gap);
    let x = left() + (centre ? Math.max(0, (columnWidth - total) / 2) : indent);
    for (const part of parts) {
      const wide = advance(part);
      if (x + wide > left() + columnWidth) {
        down();
        x = left() + (label === 2 ? indent + size : 0);
      }
      if (column >= columns) return;
      const own =
        label !== 3
          ? label
          : /minutes|hours?$|twenty|three|one-half/.test(part)
            ? 4
            : /°|F\./.test(part)
              ? 5
              : 3;
      words.push({
        text: part,
        box: [x / WIDTH, y / HEIGHT, (x + wide) / WIDTH, (y + size * scale) / HEIGHT].map((v) =>
          Math.round(v * 1000),
        ) as [number, number, number, number],
        label: own,
        line,
      });
      x += wide + gap;
    }
    down();
  };
  words.push({ text: String(pageNum), box: [80, 60, 120, 74], label: 0, line: 900 });
  words.push({ text: 'BOSTON', box: [380, 60, 460, 74], label: 0, line: 901 });
  words.push({ text: 'COOKING-SCHOOL', box: [470, 60, 640, 74], label: 0, line: 901 });
  while (column < columns && words.length < wordsWanted) {
    set(`${pick(KINDS)} ${pick(DISHES)}`, 1, { centre: true, scale: 1.2 });
    y += 6;
    for (let i = 3 + Math.floor(random() * 5); i > 0; i--)
      set(`${pick(AMOUNTS)} ${pick(GOODS)}`, 2, { indent: size * 4 });
    y += 6;
    set(`${pick(STEPS)} Bake in ${pick(TEMPS)} ${pick(TIMES)}. ${pick(STEPS)}`, 3, { indent: size });
    if (random() < 0.5) set(pick(SERVINGS), 6, { indent: size });
    y += height * 0.8;
  }
  return { words, columns, size };
}

/** One generated page with weak labels, gold labels on some pages and predictions on most. */
export function fakeDetail(pageNum: number, wordsWanted: number): PageDetail {
  const random = seeded(pageNum + 999);
  const { words } = typeset(pageNum, wordsWanted);
  const truth = words.map((word) => word.label);
  const slip = (label: number, chance: number) => (random() < chance ? Math.floor(random() * 7) : label);
  const weak = truth.map((label) =>
    label === 4 || label === 5 ? (random() < 0.4 ? 3 : label) : slip(label, 0.03),
  );
  const predicted = pageNum % 9 === 4 ? null : truth.map((label) => slip(label, 0.04));
  const gold =
    pageNum % 5 === 0 ? truth.map((label, i) => (i % 3 === 0 || pageNum % 10 === 0 ? label : -1)) : null;
  const byLine = Map.groupBy(words.keys(), (i) => words[i].line);
  const lines = [...byLine.values()].map((indices) => {
    const label = FAKE_LABELS[weak[indices[0]]].name;
    return {
      wordIndices: indices,
      bbox: surround(indices.map((i) => words[i].box)),
      label,
      confidence: 0.55 + random() * 0.44,
      signals: [
        {
          rule: 'starts-with-quantity',
          label: 'INGREDIENT_LINE',
          weight: 1.4,
          evidence: words[indices[0]].text,
        },
        { rule: 'imperative-verb', label: 'INSTRUCTION_STEP', weight: 0.8, evidence: 'mix, add' },
      ].filter((signal) => signal.label === label),
    };
  });
  const weakConfidence = words.map((_, i) => lines.find((l) => l.wordIndices.includes(i))?.confidence ?? 0.5);
  const predictedConfidence = predicted?.map(() => Math.min(0.999, 0.5 + Math.sqrt(random()) * 0.5)) ?? null;
  const detail = {
    width: WIDTH,
    height: HEIGHT,
    words: words.map((word) => word.text),
    bboxes: words.map((word) => word.box),
    weak,
    weakConfidence,
    gold,
    predicted,
    predictedConfidence,
    lines,
    readingOrder: words.map((_, i) => i),
    model: predicted ? 'galley-nano' : null,
    revision: 0,
  };
  return { ...detail, summary: summarise(pageNum, detail) };
}

export function summarise(pageNum: number, detail: Omit<PageDetail, 'summary'>, edited = false): PageSummary {
  const best = detail.words.map((_, i) => {
    const gold = detail.gold?.[i] ?? -1;
    return gold >= 0 ? gold : (detail.predicted?.[i] ?? detail.weak?.[i] ?? 0);
  });
  const scores = detail.predictedConfidence ?? detail.weakConfidence;
  const inHighconf = pageNum % 3 !== 0;
  return {
    pageNum,
    split: pageNum % 8 === 0 ? 'validation' : 'train',
    words: detail.words.length,
    hasImage: pageNum % 23 !== 0,
    labelCounts: FAKE_LABELS.map(({ id }) => best.filter((label) => label === id).length),
    gold: (detail.gold?.filter((label) => label >= 0).length ?? 0) / detail.words.length,
    predicted: detail.predicted !== null,
    inHighconf,
    rejectReasons: inHighconf ? [] : ['too few ingredient lines'],
    disagreements: detail.predicted ? detail.predicted.filter((p, i) => p !== detail.weak?.[i]).length : null,
    meanConfidence: scores ? scores.reduce((sum, score) => sum + score, 0) / scores.length : null,
    edited,
    excerpt: detail.words.slice(3, 13).join(' '),
  };
}

/** Recipes by the labels of a source: a plain stand-in for the workbench's own grouping. */
export function fakeRecipes(detail: PageDetail, labels: readonly number[]): RecipeGroup[] {
  const recipes: {
    -readonly [K in keyof RecipeGroup]: RecipeGroup[K];
  }[] = [];
  const part = (indices: number[]) => ({
    wordIndices: indices,
    text: indices.map((i) => detail.words[i]).join(' '),
    bbox: surround(indices.map((i) => detail.bboxes[i])),
    confidence: detail.predictedConfidence?.[indices[0]] ?? detail.weakConfidence?.[indices[0]] ?? null,
  });
  let run: number[] = [];
  const close = () => {
    if (run.length === 0) return;
    const label = labels[run[0]];
    if (label === 1 || recipes.length === 0)
      recipes.push({
        title: label === 1 ? part(run) : null,
        ingredients: [],
        steps: [],
        times: [],
        temperatures: [],
        servings: [],
        continued: recipes.length === 0 && label !== 1,
        wordIndices: [],
      });
    const recipe = recipes[recipes.length - 1];
    recipe.wordIndices.push(...run);
    const list = [
      null,
      null,
      recipe.ingredients,
      recipe.steps,
      recipe.times,
      recipe.temperatures,
      recipe.servings,
    ];
    list[label]?.push(part(run));
    run = [];
  };
  const lineOf = new Map(detail.lines.flatMap((line, l) => line.wordIndices.map((i) => [i, l] as const)));
  for (const i of detail.readingOrder) {
    const before = run.at(-1);
    const breaks =
      before !== undefined &&
      (labels[before] !== labels[i] || (labels[i] === 2 && lineOf.get(before) !== lineOf.get(i)));
    if (breaks) close();
    if (labels[i] > 0) run.push(i);
    else close();
  }
  close();
  return recipes;
}

function surround(boxes: readonly (readonly number[])[]): [number, number, number, number] {
  return [
    Math.min(...boxes.map((b) => b[0])),
    Math.min(...boxes.map((b) => b[1])),
    Math.max(...boxes.map((b) => b[2])),
    Math.max(...boxes.map((b) => b[3])),
  ];
}

const escaped = (text: string) => text.replace(/[<&>]/g, (c) => `&#${c.charCodeAt(0)};`);

/** The page drawn as a picture. */
export function fakeImage(detail: PageDetail, width = WIDTH): string {
  const text = detail.words
    .map((word, i) => {
      const [x0, y0, x1, y1] = detail.bboxes[i];
      const [x, y, w, h] = [x0 / 1000, y1 / 1000, (x1 - x0) / 1000, (y1 - y0) / 1000];
      const size = h * HEIGHT * 1.05;
      return `<text x="${x * WIDTH}" y="${y * HEIGHT - size * 0.16}" font-size="${size}" textLength="${w * WIDTH}" lengthAdjust="spacingAndGlyphs">${escaped(word)}</text>`;
    })
    .join('');
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${(width * HEIGHT) / WIDTH}" viewBox="0 0 ${WIDTH} ${HEIGHT}"><rect width="100%" height="100%" fill="#efe6d2"/><g font-family="Georgia, serif" fill="#2a2118">${text}</g></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}
