import {
  BookOpen,
  ChartLine,
  History,
  ListChecks,
  type LucideIcon,
  Settings,
  ShieldCheck,
} from 'lucide-react';
import type { MessageKey } from '../messages/index.ts';
import type { Area } from '../state/view.ts';

type PlainKey = Extract<MessageKey, `area.${Area}` | 'area.highconf.short'>;

export interface AreaEntry {
  readonly area: Area;
  readonly title: PlainKey;
  /** Shown under the icon in the rail. */
  readonly short: PlainKey;
  readonly icon: LucideIcon;
}

/** The work areas in the order of the rail. */
export const AREAS: readonly AreaEntry[] = [
  { area: 'pages', title: 'area.pages', short: 'area.pages', icon: BookOpen },
  { area: 'review', title: 'area.review', short: 'area.review', icon: ListChecks },
  { area: 'train', title: 'area.train', short: 'area.train', icon: ChartLine },
  { area: 'highconf', title: 'area.highconf', short: 'area.highconf.short', icon: ShieldCheck },
  { area: 'runs', title: 'area.runs', short: 'area.runs', icon: History },
  { area: 'settings', title: 'area.settings', short: 'area.settings', icon: Settings },
];
