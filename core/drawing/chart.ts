import { savePng } from './canvas.ts';
import { drawLineChart, type LineChart, type Point, type Series } from './line-chart.ts';
import { THEME } from './theme.ts';

/** One stage of a training: rows as in the `log_history` of trainer_state.json, steps counted from its start. */
export interface StageHistory {
  readonly name: string;
  readonly history: readonly Readonly<Record<string, number>>[];
}

export interface TrainingChartOptions {
  readonly title?: string;
  readonly subtitle?: string;
  /** Key of the score in evaluation rows. */
  readonly metric?: string;
  readonly metricName?: string;
}

/** Loss, score and learning rate of all stages on one axis of optimizer steps. */
export function trainingChart(
  stages: readonly StageHistory[],
  options: TrainingChartOptions = {},
): LineChart {
  const metric = options.metric ?? 'eval_macro_f1';
  const metricName = options.metricName ?? 'Macro F1';
  const ends: number[] = [];
  for (const { history } of stages)
    ends.push((ends.at(-1) ?? 0) + Math.max(0, ...history.map((row) => row.step ?? 0)));
  const starts = ends.map((_, i) => ends[i - 1] ?? 0);
  const stretchesOf = (key: string): Point[][] =>
    stages.map(({ history }, i) =>
      history
        .filter((row) => row.step !== undefined && key in row)
        .map((row) => [starts[i] + row.step, row[key]]),
    );
  const scores = stretchesOf(metric);
  const [loss, evaluation, score, rate] = [
    { name: 'train', colour: THEME.series[0], stretches: stretchesOf('loss') },
    { name: 'eval', colour: THEME.series[1], stretches: stretchesOf('eval_loss'), marks: true },
    { name: metricName, colour: THEME.series[2], stretches: scores, marks: true, best: bestOf(scores) },
    { name: 'rate', colour: THEME.series[3], stretches: stretchesOf('learning_rate'), showLast: false },
  ] satisfies Series[];
  return {
    title: options.title ?? 'Training',
    subtitle: options.subtitle,
    xLabel: 'optimizer step',
    stretches: stages.map(({ name }, i) => ({ name, from: starts[i], to: ends[i] })),
    panels: [
      { title: 'Loss', series: [loss, evaluation], include: [0] },
      { title: `${metricName} on the validation pages`, series: [score], include: [0, 1] },
      { title: 'Learning rate', series: [rate], include: [0], weight: 0.55 },
    ],
  };
}

/** The highest point of the last stage that has one: the model that goes on is chosen within its stage. */
function bestOf(stretches: readonly (readonly Point[])[]): Series['best'] {
  const points = stretches.findLast((stretch) => stretch.some(([, y]) => Number.isFinite(y))) ?? [];
  const known = points.filter(([, y]) => Number.isFinite(y));
  if (known.length === 0) return undefined;
  const at = known.reduce((a, b) => (b[1] > a[1] ? b : a));
  return { at, label: `best ${at[1].toFixed(3)} at step ${at[0].toLocaleString('en-US')}` };
}

/** Writes {@link trainingChart} as a PNG, whole or not at all. */
export async function renderTrainingChart(
  stages: readonly StageHistory[],
  { outPng, ...options }: TrainingChartOptions & { outPng: string },
): Promise<void> {
  await savePng(drawLineChart(trainingChart(stages, options)), outPng);
}
