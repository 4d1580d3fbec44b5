import { GalleyError, toGalleyError } from '../errors/galley-error.ts';
import type { ContractError } from './contract.ts';

/** Anything thrown, as it crosses a transport: what, where and what to do; never a stack. */
export function toContractError(error: unknown): ContractError {
  if (!(error instanceof GalleyError) && !(error as NodeJS.ErrnoException)?.code)
    return {
      code: 'internal',
      message: error instanceof Error ? error.message.split('\n')[0] : String(error),
      where: null,
      hint: 'this is a fault of Galley; nothing that was saved is lost',
    };
  const { code, message, where, hint } = toGalleyError(error);
  return { code, message, where: where ?? null, hint: hint ?? null };
}
