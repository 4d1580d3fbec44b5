import type { Rule } from '../rule.ts';
import { capitals } from './capitals.ts';
import { centredHeading } from './centred-heading.ts';
import { columns } from './columns.ts';
import { directions } from './directions.ts';
import { dishName } from './dish-name.ts';
import { explanation } from './explanation.ts';
import { headingPhrase } from './heading-phrase.ts';
import { kitchenMatter } from './kitchen-matter.ts';
import { listPosition } from './list-position.ts';
import { prosePosition } from './prose-position.ts';
import { quantity } from './quantity.ts';
import { runInHeading } from './run-in-heading.ts';
import { sentence } from './sentence.ts';
import { table } from './table.ts';
import { unmeasuredList } from './unmeasured-list.ts';
import { utensils } from './utensils.ts';

/** All rules that vote on what a row is, in the order their signals are listed. */
export const ROW_RULES: readonly Rule[] = [
  prosePosition,
  listPosition,
  centredHeading,
  capitals,
  headingPhrase,
  dishName,
  quantity,
  columns,
  sentence,
  directions,
  kitchenMatter,
  explanation,
  runInHeading,
  table,
  unmeasuredList,
  utensils,
];
