import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { GalleyError } from '../../errors/galley-error.ts';
import { projectFolder } from '../../files/project-folder.ts';
import { serveWorkbench } from '../../workbench/server.ts';
import { createWorkbench } from '../../workbench/service.ts';
import type { CommandSpec } from '../command.ts';
import { parseValues } from '../flags.ts';

const schema = z.object({
  project: z.string().optional().meta({
    description: 'project to open: a folder with datasets or pages (default: the first screen asks)',
    unit: 'path',
  }),
  port: z.int().min(0).max(65_535).default(8896).meta({ description: 'port on 127.0.0.1; 0: any free one' }),
  root: z
    .string()
    .default('.')
    .meta({ description: 'folder below which projects can be opened from the browser', unit: 'path' }),
  open: z.boolean().default(false).meta({ description: 'open the browser' }),
});

/** Opens an address in the person's browser; says nothing where there is none. */
function openBrowser(address: string): void {
  const [command, args] =
    process.platform === 'darwin'
      ? ['open', [address]]
      : process.platform === 'win32'
        ? ['cmd', ['/c', 'start', '', address.replaceAll('&', '^&')]]
        : ['xdg-open', [address]];
  const child = spawn(command, args, { stdio: 'ignore', detached: true });
  child.on('error', () => {});
  child.unref();
}

/** Folder of the built window. */
function windowFolder(): string {
  const folder = join(projectFolder(), 'dist', 'renderer');
  if (existsSync(join(folder, 'index.html'))) return folder;
  throw new GalleyError('not-found', 'the window is not built', { where: folder, hint: 'run npm run build' });
}

const spec: CommandSpec<typeof schema> = {
  name: 'serve',
  summary: 'the workbench in a browser, on this machine only',
  details: `Prints an address with a one-time token; only a browser on this machine can open it. For a machine elsewhere:
  ssh -L 8896:127.0.0.1:8896 user@gpu-machine, then open the printed address here.

Example:
  galley serve --project data/demo --open`,
  schema,
  async run(given, { print, note, signal }) {
    const { project, port, root, open } = parseValues(schema, given);
    const folder = windowFolder();
    const workbench = await createWorkbench({
      transport: 'http',
      root,
      ...(project === undefined ? {} : { projectDir: project }),
    });
    try {
      const server = await serveWorkbench(workbench, { port, windowFolder: folder });
      print(`Galley: ${server.address}`);
      note('Only this machine can open it. Ctrl-C ends it.');
      if (open) openBrowser(server.address);
      if (!signal.aborted) await once(signal, 'abort');
      await server.close();
    } finally {
      await workbench.close();
    }
  },
};
export default spec;
