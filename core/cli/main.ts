#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { Command, CommanderError } from 'commander';
import { describeError, EXIT_CODES, toGalleyError } from '../errors/galley-error.ts';
import { type CommandSpec, processContext, toCommand } from './command.ts';
import { COMMANDS } from './commands.ts';
import { normaliseArguments } from './flags.ts';

const VERSION = '0.1.0';

async function execute(spec: CommandSpec, given: Record<string, unknown>): Promise<void> {
  const context = processContext();
  try {
    await spec.run(given, context);
  } finally {
    context.progress.end();
  }
}

async function main(argv: readonly string[]): Promise<void> {
  const args = normaliseArguments(argv);
  const program = new Command('galley')
    .description(
      'Label scanned cookbook pages and train LayoutLMv3 on them, on this machine, without Python.',
    )
    .version(VERSION, '-V, --version')
    .showHelpAfterError('(galley --help lists the commands)')
    .exitOverride();
  // Only the command that was asked for is loaded: `galley --help` stays instant.
  const asked = args.find((a) => !a.startsWith('-'));
  for (const [name, { summary, load }] of Object.entries(COMMANDS)) {
    const command =
      name === asked ? toCommand(await load(), execute) : new Command(name).description(summary);
    program.addCommand(command.exitOverride());
  }
  await program.parseAsync(args, { from: 'user' });
}

// What was compiled once is not compiled at the next start (Node's own folder, or NODE_COMPILE_CACHE).
enableCompileCache();

main(process.argv.slice(2)).catch((error) => {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : EXIT_CODES.usage;
    return;
  }
  console.error(`galley: ${describeError(error)}`);
  if (process.env.GALLEY_DEBUG) console.error(error);
  process.exitCode = EXIT_CODES[toGalleyError(error).code];
});
