import { LabelMap } from '../../../labels/labels.ts';
import { MetricsAccumulator, type ReferenceId } from '../metrics.ts';
import { entitiesOf, entityScores } from '../seqeval.ts';

/** One random case of scripts/reference/check_metrics.py. */
export interface MetricsCase {
  labels: string[];
  pages: { reference: ReferenceId[]; predicted: number[] }[];
  raw: { reference: string[]; predicted: string[] }[];
}

/** Everything the libraries are asked for, from our code, in the same layout. */
export function scoreCase({ labels, pages, raw }: MetricsCase) {
  const accumulator = new MetricsAccumulator(new LabelMap(labels));
  for (const page of pages) accumulator.addPage(page.predicted, page.reference);
  const record = accumulator.record();
  const rawScores = entityScores(
    raw.map((s) => s.reference),
    raw.map((s) => s.predicted),
  );
  return {
    macro_f1: record.macro_f1,
    accuracy: record.accuracy,
    entity: [record.entity_precision, record.entity_recall, record.entity_f1],
    per_label: labels.map((label) => {
      const s = record.per_label[label];
      return [s.precision, s.recall, s.f1, s.support];
    }),
    confusion: accumulator.confusion.counts,
    tokens: record.tokens,
    pages: record.pages,
    raw_entity: [rawScores.precision, rawScores.recall, rawScores.f1],
    raw_entities: raw.map((s) => entitiesOf(s.reference)),
  };
}
