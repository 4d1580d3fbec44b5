import type { ContractError } from '../../core/workbench/contract.ts';

/** A call that the workbench refused or could not do, with the workbench's own words. */
export class CallError extends Error {
  readonly code: string;
  readonly where: string | null;
  readonly hint: string | null;

  constructor(error: ContractError) {
    super(error.message);
    this.name = 'CallError';
    this.code = error.code;
    this.where = error.where;
    this.hint = error.hint;
  }
}

/** The code of an answer that never came: the caller may try again. */
export const UNREACHABLE = 'unreachable';

export function isUnreachable(error: unknown): boolean {
  return error instanceof CallError && error.code === UNREACHABLE;
}

/** Any thrown value as the error the window shows. */
export function asContractError(error: unknown): ContractError {
  if (error instanceof CallError)
    return { code: error.code, message: error.message, where: error.where, hint: error.hint };
  return {
    code: 'window',
    message: error instanceof Error ? error.message : String(error),
    where: null,
    hint: null,
  };
}
