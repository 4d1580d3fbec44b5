import { Command } from 'commander';
import type { z } from 'zod';
import { addFlags, describeFlags, givenValues } from './flags.ts';
import { ProgressLine } from './progress.ts';

/** What a command may use besides its flags. */
export interface CommandContext {
  /** Aborted on the first Ctrl-C; a second one ends the process at once. */
  readonly signal: AbortSignal;
  readonly progress: ProgressLine;
  /** A result line on stdout. */
  print(line: string): void;
  /** A note or warning on stderr. */
  note(line: string): void;
}

/** One `galley` command: a schema of flags and what it does with the values the user gave. */
export interface CommandSpec<S extends z.ZodObject = z.ZodObject> {
  readonly name: string;
  readonly summary: string;
  /** Shown under the flags in `--help`: examples, exit codes, files written. */
  readonly details?: string;
  readonly schema: S;
  /** Flag whose value, or values where it is a list, may also stand alone, without the flag's name. */
  readonly positional?: keyof z.output<S> & string;
  run(given: Record<string, unknown>, context: CommandContext): Promise<void>;
}

/** Builds the commander command of a spec; `execute` runs it with the values the user gave. */
export function toCommand(
  spec: CommandSpec,
  execute: (spec: CommandSpec, given: Record<string, unknown>) => Promise<void>,
): Command {
  const command = addFlags(new Command(spec.name), spec.schema)
    .description(spec.summary)
    .configureHelp({ showGlobalOptions: false })
    .allowExcessArguments(false);
  if (spec.details) command.addHelpText('after', `\n${spec.details}`);
  const { positional } = spec;
  const many = describeFlags(spec.schema).find((flag) => flag.name === positional)?.kind === 'list';
  if (positional !== undefined)
    command.argument(`[${positional}${many ? '...' : ''}]`, `same as --${positional}`);
  command.action(() => {
    const given = givenValues(command, spec.schema);
    if (positional !== undefined && command.args.length > 0)
      given[positional] ??= many ? [...command.args] : command.args[0];
    return execute(spec, given);
  });
  return command;
}

/** Context of a process: Ctrl-C becomes an abort signal, so that work stops cleanly and keeps its checkpoint. */
export function processContext(): CommandContext {
  const controller = new AbortController();
  const progress = new ProgressLine();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(130);
    progress.print('Stopping after this step (Ctrl-C again to stop at once) ...');
    controller.abort();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return {
    signal: controller.signal,
    progress,
    print: (line) => {
      progress.end();
      process.stdout.write(`${line}\n`);
    },
    note: (line) => progress.print(line),
  };
}
