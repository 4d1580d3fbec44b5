import { availableParallelism, platform, totalmem } from 'node:os';
import { environmentVersions } from '../../experiment/environment.ts';
import type { Context, Handlers } from '../context.ts';
import type { CallOutput } from '../contract.ts';

type Info = CallOutput<'app.info'>;

const LICENCES: Info['licences'] = [
  {
    name: 'Galley',
    licence: 'MIT',
    note: 'The program, its demo cookbook and galley-nano, which is trained on it.',
  },
  {
    name: 'microsoft/layoutlmv3-base',
    licence: 'CC BY-NC-SA 4.0',
    note: 'Pre-trained weights that can be downloaded: not for commercial use, and so is what is trained from them.',
  },
];

export function appCalls(context: Context, version: string): Handlers {
  const { settings, options } = context;
  let devices: Promise<Info['devices']> | null = null;
  return {
    'app.info': async () => {
      // Tried in the engine: a driver that fails may take its process with it. Asked again after a failure.
      devices ??= context.engine.run('devices', {}).done.then((states) =>
        states.map(({ device, available, reason }) => ({
          name: device,
          available,
          reason: reason ?? null,
        })),
      );
      devices.catch(() => {
        devices = null;
      });
      return {
        version,
        versions: environmentVersions(),
        devices: await devices,
        transport: options.transport,
        platform: platform(),
        cores: availableParallelism(),
        memoryBytes: totalmem(),
        licences: LICENCES,
      };
    },
    'app.menu': async ({ entries }) => ({ shown: (await options.showMenu?.(entries)) ?? false }),
    'settings.get': () => settings.get(),
    'settings.set': async (changes) => {
      await settings.set(changes);
      return {};
    },
  };
}
