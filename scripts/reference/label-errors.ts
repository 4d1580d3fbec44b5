/** Reads `JudgedWords[]` as JSON from stdin and prints what core/review makes of them; for check_label_errors.py. */
import { readFileSync } from 'node:fs';
import { type JudgedWords, likelyLabelErrors } from '../../core/review/confident-learning.ts';

const cases = JSON.parse(readFileSync(0, 'utf8')) as JudgedWords[];
console.log(JSON.stringify(cases.map((words) => [...likelyLabelErrors(words)])));
