import { never } from '../graph.ts';
import { applyBinary, binaryOperator } from './rules.ts';

export const maxOperator = binaryOperator('Max', never('which side won is not kept'));

/** The larger of two, broadcast. */
export const max = applyBinary(maxOperator);
