import { createContext, useContext } from 'react';
import type { CanvasPort } from '../canvas/port.ts';
import type { Action } from './action.ts';

export interface Actions {
  readonly list: readonly Action[];
  readonly byId: ReadonlyMap<string, Action>;
  readonly canvas: CanvasPort;
}

export const ActionsContext = createContext<Actions | null>(null);

export function useActions(): Actions {
  const actions = useContext(ActionsContext);
  if (!actions) throw new Error('actions are given by the shell');
  return actions;
}

/** An action by its id; a mistyped id is a fault of the program. */
export function useAction(id: string): Action {
  const action = useActions().byId.get(id);
  if (!action) throw new Error(`there is no action "${id}"`);
  return action;
}
