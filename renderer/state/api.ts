import type { StateCreator } from 'zustand/vanilla';
import type { WorkbenchApi } from '../../core/workbench/contract.ts';
import type { AnnotationsSlice } from './annotations.ts';
import type { JobsSlice } from './jobs.ts';
import type { PageSlice } from './page.ts';
import type { PagesSlice } from './pages.ts';
import type { SessionSlice } from './session.ts';
import type { SettingsSlice } from './settings.ts';
import type { ViewSlice } from './view.ts';

/** The window's whole state. Canvas gestures in progress are not in it: they live in the canvas' controller. */
export type State = SessionSlice &
  PagesSlice &
  PageSlice &
  AnnotationsSlice &
  JobsSlice &
  SettingsSlice &
  ViewSlice;

/** Makes one slice of the state, given the workbench it talks to. */
export type SliceOf<T> = (api: WorkbenchApi) => StateCreator<State, [], [], T>;
