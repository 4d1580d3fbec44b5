#!/usr/bin/env node
import { describeError, EXIT_CODES, toGalleyError } from '../errors/galley-error.ts';

async function main(): Promise<void> {
  console.log('galley');
}

main().catch((error) => {
  console.error(`galley: ${describeError(error)}`);
  process.exitCode = EXIT_CODES[toGalleyError(error).code];
});
