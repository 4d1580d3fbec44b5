import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import { useShallow } from 'zustand/shallow';
import type { WorkbenchApi } from '../../core/workbench/contract.ts';
import type { State } from './api.ts';
import type { GalleyStore } from './store.ts';

/** What every component may reach: the state, and the workbench behind it for calls that keep no state. */
export interface Workbench {
  readonly store: GalleyStore;
  readonly api: WorkbenchApi;
}

export const WorkbenchContext = createContext<Workbench | null>(null);

export function useWorkbench(): Workbench {
  const workbench = useContext(WorkbenchContext);
  if (!workbench) throw new Error('components of the workbench live inside its context');
  return workbench;
}

/** A part of the state; draws again when it changes. */
export function useGalley<T>(select: (state: State) => T): T {
  return useStore(useWorkbench().store, select);
}

/** Several parts at once; draws again when one of them changes. */
export function useGalleyParts<T>(select: (state: State) => T): T {
  return useStore(useWorkbench().store, useShallow(select));
}
