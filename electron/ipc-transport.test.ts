import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { carryCalls, carryDropped, isTrusted, tellWindows } from './ipc-transport.ts';
import { WINDOW_URL } from './window-security.ts';

const sender = { isDestroyed: () => false, send: vi.fn() };
const frame = { parent: null, url: WINDOW_URL };
const windows = new Set([sender]) as never;
const STRANGERS = [
  { sender: {}, senderFrame: frame },
  { sender, senderFrame: null },
  { sender, senderFrame: { ...frame, parent: frame } },
  { sender, senderFrame: { ...frame, url: 'https://evil.example' } },
  { sender, senderFrame: { ...frame, url: 'about:blank' } },
];

function transport() {
  const call = vi.fn(async () => ({ ok: true as const, value: 42 }));
  let handler: (...given: unknown[]) => Promise<unknown> = async () => null;
  const handle = (_: string, given: typeof handler) => {
    handler = given;
  };
  carryCalls({ handle } as never, call, windows);
  return { call, ask: (event: unknown, name: unknown, input: unknown) => handler(event, name, input) };
}

describe('calls', () => {
  it('come from the main frame of our own windows only', async () => {
    expect(isTrusted({ sender, senderFrame: frame } as never, windows)).toBe(true);
    const { call, ask } = transport();
    for (const stranger of STRANGERS) {
      expect(isTrusted(stranger as never, windows)).toBe(false);
      expect(await ask(stranger, 'app.info', {})).toMatchObject({ ok: false });
    }
    expect(call).not.toHaveBeenCalled();
    expect(await ask({ sender, senderFrame: frame }, 'app.info', undefined)).toEqual({ ok: true, value: 42 });
    expect(call).toHaveBeenCalledExactlyOnceWith('app.info', {});
  });

  it.each([
    ['file/read', { path: '/etc/passwd' }],
    ['constructor', {}],
    ['__proto__', {}],
    [['app.info'], {}],
    ['pages.get', { pageNum: '1' }],
    ['pages.get', { pageNum: -1 }],
    ['pages.get', 'text'],
    ['runs.report', { runId: '../../secret' }],
    ['project.openRecent', { id: { length: 1 } }],
    ['annotations.apply', { deltas: [] }],
    ['app.menu', { entries: [{ id: 'a b', title: '', group: '', key: null, enabled: true, checked: null }] }],
  ])('that do not fit the contract go no further: %s %j', async (name, input) => {
    const { call, ask } = transport();
    expect(await ask({ sender, senderFrame: frame }, name, input)).toMatchObject({
      ok: false,
      error: { code: 'usage' },
    });
    expect(call).not.toHaveBeenCalled();
  });

  it('tell events to windows that are still there', () => {
    const gone = { isDestroyed: () => true, send: vi.fn() };
    tellWindows(new Set([sender, gone]) as never, 'job.changed', 1);
    expect(sender.send).toHaveBeenCalledExactlyOnceWith('galley:event', 'job.changed', 1);
    expect(gone.send).not.toHaveBeenCalled();
  });
});

describe('what is dropped', () => {
  it('is planned where it lies, for our own windows and whole paths only', async () => {
    const plan = vi.fn(async () => ({ ok: true as const, value: 'plan' }));
    let handler: (...given: unknown[]) => Promise<unknown> = async () => null;
    const handle = (_: string, given: typeof handler) => {
      handler = given;
    };
    carryDropped({ handle } as never, plan, windows);
    const ours = { sender, senderFrame: frame };
    for (const stranger of STRANGERS) expect(await handler(stranger, ['/a'])).toMatchObject({ ok: false });
    for (const wrong of [
      null,
      '/a',
      [],
      [''],
      ['a.png'],
      ['/a', 7],
      Array.from({ length: 5001 }, () => '/a'),
    ])
      expect(await handler(ours, wrong)).toMatchObject({ ok: false });
    expect(plan).not.toHaveBeenCalled();
    // A file that exists in the browser only has no path.
    expect(await handler(ours, ['/a', '', '/b'])).toEqual({ ok: true, value: 'plan' });
    expect(plan).toHaveBeenCalledExactlyOnceWith(['/a', '/b']);
  });
});

describe('the preload script', () => {
  it('puts three functions into the window and no more, from one file without imports', async () => {
    const source = readFileSync(join(import.meta.dirname, 'preload.cts'), 'utf8');
    const exposed: Record<string, Record<string, (...given: never[]) => unknown>> = {};
    const sent: unknown[] = [];
    let told: (...given: unknown[]) => void = () => {};
    const electron = {
      contextBridge: {
        exposeInMainWorld: (name: string, api: never) => {
          exposed[name] = api;
        },
      },
      ipcRenderer: {
        invoke: async (...given: unknown[]) => sent.push(given),
        on: (_: string, listener: typeof told) => {
          told = listener;
        },
        removeListener: vi.fn(),
      },
      webUtils: { getPathForFile: (file: string) => `/home/${file}` },
    };
    new Function('require', stripTypeScriptTypes(source))((name: string) => {
      expect(name).toBe('electron');
      return electron;
    });
    expect(Object.keys(exposed)).toEqual(['galley']);
    expect(Object.keys(exposed.galley)).toEqual(['call', 'importDropped', 'on']);
    exposed.galley.call('app.info' as never, {} as never);
    expect(sent).toEqual([['galley:call', 'app.info', {}]]);
    // The window hands over files; their paths it never sees.
    const answer = exposed.galley.importDropped('a.png' as never, 'b' as never);
    expect(sent[1]).toEqual(['galley:dropped', ['/home/a.png', '/home/b']]);
    expect(await answer).toBe(2);
    const listener = vi.fn();
    const off = exposed.galley.on('job.changed' as never, listener as never) as () => unknown;
    told({ secret: 'event' }, 'job.changed', 1);
    told({ secret: 'event' }, 'other', 2);
    expect(listener.mock.calls).toEqual([[1]]);
    // Nothing of Electron comes back either.
    expect(off()).toBeUndefined();
    expect(electron.ipcRenderer.removeListener).toHaveBeenCalled();
  });
});
