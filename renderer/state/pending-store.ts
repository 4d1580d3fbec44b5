import type { Delta } from '../../core/workbench/contract.ts';

const keyOf = (projectId: string) => `galley.pending.${projectId}`;

/**
 * Keeps changes that are not in the journal yet in this browser's storage, so that closing or reloading the window, or a
 * workbench that is started again, loses none. Storage that is full or denied costs that safety only.
 */
export function keepPending(projectId: string, pending: readonly Delta[]): void {
  try {
    if (pending.length === 0) localStorage.removeItem(keyOf(projectId));
    else localStorage.setItem(keyOf(projectId), JSON.stringify(pending));
  } catch {}
}

/** What a window before this one could not save. The workbench checks it like any other change. */
export function keptPending(projectId: string): Delta[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(keyOf(projectId)) ?? '[]');
    return Array.isArray(stored) ? (stored as Delta[]) : [];
  } catch {
    return [];
  }
}
