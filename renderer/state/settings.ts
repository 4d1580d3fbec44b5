import type { CallInput, CallOutput } from '../../core/workbench/contract.ts';
import type { SliceOf } from './api.ts';

export type Theme = CallOutput<'settings.get'>['theme'];

export interface SettingsSlice {
  readonly theme: Theme;
  /** Keys a person chose instead of an action's own, by action id. */
  readonly keys: Readonly<Record<string, string>>;
  readonly reduceMotion: boolean;
  loadSettings(): Promise<void>;
  changeSettings(changes: CallInput<'settings.set'>): Promise<void>;
}

export const settingsSlice: SliceOf<SettingsSlice> = (api) => (set) => ({
  theme: 'system',
  keys: {},
  reduceMotion: false,
  loadSettings: async () => {
    const { theme, keys, reduceMotion } = await api.call('settings.get', {});
    set({ theme, keys, reduceMotion });
  },
  changeSettings: async (changes) => {
    set(changes);
    await api.call('settings.set', changes);
  },
});
