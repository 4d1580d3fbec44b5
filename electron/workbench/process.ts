import type { MessageEvent } from 'electron';
import { toContractError } from '../../core/workbench/errors.ts';
import { firstProject } from '../../core/workbench/first-project.ts';
import { createWorkbench, type Workbench } from '../../core/workbench/service.ts';
import { configFolder } from '../../core/workbench/user-folders.ts';
import { EngineLinks } from './engine-link.ts';
import type { FromWorkbench, Question, StartMessage, ToWorkbench } from './protocol.ts';

/**
 * Entry of the utility process in which the workbench lives. Scans, datasets and drawing are read here and nowhere
 * near the windows: a page that a decoder stumbles over, or a book that takes a while to open, cannot stop them.
 */
const { parentPort } = process;
if (!parentPort) throw new Error('electron/workbench/process runs as a utility process only');
const tell = (message: FromWorkbench): void => parentPort.postMessage(message);
const engines = new EngineLinks(tell);
const opened = Promise.withResolvers<Workbench>();
const questions = new Map<number, (value: unknown) => void>();
let lastQuestion = 0;

function ask<T>(question: Question): Promise<T> {
  const id = ++lastQuestion;
  tell({ type: 'ask', id, question });
  return new Promise((resolve) => questions.set(id, resolve as (value: unknown) => void));
}

async function start({ projectDir }: StartMessage): Promise<void> {
  try {
    const folder = projectDir ?? (await firstProject({ configDir: configFolder() }));
    const workbench = await createWorkbench({
      transport: 'electron',
      ...(folder === null ? {} : { projectDir: folder }),
      chooseFolder: (purpose) => ask<string | readonly string[] | null>({ what: 'choose-folder', purpose }),
      reveal: (path) => ask<boolean>({ what: 'reveal', folder: path }),
      showMenu: (entries) => ask<boolean>({ what: 'menu', entries }),
      startEngine: engines.start,
    });
    workbench.onEvent((name, payload) => tell({ type: 'event', name, payload }));
    opened.resolve(workbench);
    tell({ type: 'opened' });
  } catch (error) {
    tell({ type: 'failed', error: toContractError(error) });
  }
}

async function respond(id: number, work: (workbench: Workbench) => Promise<unknown>): Promise<void> {
  try {
    tell({ type: 'result', id, value: await work(await opened.promise) });
  } catch (error) {
    tell({ type: 'error', id, error: toContractError(error) });
  }
}

parentPort.on('message', ({ data, ports }: MessageEvent) => {
  const message = data as ToWorkbench;
  if (message.type === 'start') void start(message);
  else if (message.type === 'call')
    void respond(message.id, (workbench) => workbench.callUnknown(message.name, message.input));
  else if (message.type === 'image')
    void respond(message.id, (workbench) => workbench.pageImage(message.pageNum, message.width));
  else if (message.type === 'answer') {
    questions.get(message.id)?.(message.value);
    questions.delete(message.id);
  } else if (message.type === 'engine-port') engines.connected(message.engine, ports[0]);
  else if (message.type === 'engine-exit') engines.exited(message.engine, message.reason);
  else void opened.promise.then((workbench) => workbench.close()).finally(() => tell({ type: 'closed' }));
});

// A utility process only warns of these, and would go on half dead; main starts a new one.
process.on('unhandledRejection', (error) => {
  console.error(error);
  process.exit(1);
});
// Ctrl-C reaches the whole group: main decides what ends, and how.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
