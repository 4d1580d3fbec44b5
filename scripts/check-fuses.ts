/** `node scripts/check-fuses.ts PROGRAM`: whether a packaged application has the fuses of electron-builder.yml. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { fuseProblems } from './fuses.ts';

const config = parse(readFileSync(join(dirname(import.meta.dirname), 'electron-builder.yml'), 'utf8'));
const program = process.argv[2];
if (!program) throw new Error('name the packaged program');
const problems = fuseProblems(program, config.electronFuses);
console.log(problems.length === 0 ? 'every fuse is set as electron-builder.yml says' : problems.join('\n'));
process.exitCode = problems.length > 0 ? 1 : 0;
