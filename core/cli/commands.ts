import type { CommandSpec } from './command.ts';

interface Entry {
  summary: string;
  load: () => Promise<CommandSpec>;
}

/** Every command of `galley`; a command's module is loaded only when it was asked for. */
export const COMMANDS: Record<string, Entry> = {};
