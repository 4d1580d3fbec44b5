import { never } from '../graph.ts';
import { applyBinary, binaryOperator } from './rules.ts';

export const minOperator = binaryOperator('Min', never('which side won is not kept'));

/** The smaller of two, broadcast. */
export const min = applyBinary(minOperator);
