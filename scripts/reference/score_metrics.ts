/** Reads cases (JSON Lines) from stdin and prints Galley's scores, one line each: see check_metrics.py. */
import { createInterface } from 'node:readline';
import { scoreCase } from '../../core/training/metrics/testing/golden.ts';

for await (const line of createInterface({ input: process.stdin }))
  if (line.trim() !== '') console.log(JSON.stringify(scoreCase(JSON.parse(line))));
