import { describe, expect, it, vi } from 'vitest';
import {
  CONTENT_POLICY,
  confine,
  cutNetwork,
  denyPermissions,
  isOurs,
  mayOpenOutside,
  SCHEME_PRIVILEGES,
  WINDOW_URL,
  webPreferences,
} from './window-security.ts';

describe('the window', () => {
  it('is sandboxed, isolated and without Node', () => {
    expect(webPreferences('p.cjs')).toMatchObject({
      preload: 'p.cjs',
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
    });
  });

  it('has a policy that starts from nothing and names no other place', () => {
    expect(CONTENT_POLICY).toMatch(/^default-src 'none'; /);
    expect(CONTENT_POLICY).not.toMatch(/unsafe|https?:|\*/);
    for (const rule of ["script-src 'self'", "connect-src 'self'", "object-src 'none'", "base-uri 'none'"])
      expect(CONTENT_POLICY.split('; ')).toContain(rule);
    for (const rule of ["frame-src 'none'", "frame-ancestors 'none'", "form-action 'none'"])
      expect(CONTENT_POLICY.split('; ')).toContain(rule);
    expect(SCHEME_PRIVILEGES.bypassCSP).toBeUndefined();
    expect(SCHEME_PRIVILEGES.allowServiceWorkers).toBeUndefined();
  });

  it('is granted nothing but the clipboard for a text, and that to our page only', () => {
    const handlers: Record<string, (...given: unknown[]) => unknown> = {};
    const keep = (name: string) => (handler: never) => {
      handlers[name] = handler;
    };
    denyPermissions({
      setPermissionRequestHandler: keep('request'),
      setPermissionCheckHandler: keep('check'),
      setDevicePermissionHandler: keep('device'),
    } as never);
    const ask = (permission: string, url: string, isMainFrame = true): boolean[] => {
      const answer = vi.fn();
      handlers.request(null, permission, answer, { isMainFrame, requestingUrl: url });
      return [answer.mock.calls[0][0], handlers.check(null, permission, url, { isMainFrame }) as boolean];
    };
    for (const permission of [
      'media',
      'geolocation',
      'notifications',
      'clipboard-read',
      'openExternal',
      'usb',
    ])
      expect(ask(permission, WINDOW_URL)).toEqual([false, false]);
    expect(ask('clipboard-sanitized-write', WINDOW_URL)).toEqual([true, true]);
    expect(ask('clipboard-sanitized-write', 'app://galley/')).toEqual([true, true]);
    expect(ask('clipboard-sanitized-write', 'https://evil.example/')).toEqual([false, false]);
    expect(ask('clipboard-sanitized-write', WINDOW_URL, false)).toEqual([false, false]);
    expect(handlers.device()).toBe(false);
  });

  it('reaches nothing on the network', () => {
    let handler: (details: { url: string }, answer: (a: { cancel?: boolean }) => void) => void = () => {};
    cutNetwork({
      webRequest: {
        onBeforeRequest: (given: typeof handler) => {
          handler = given;
        },
      },
    } as never);
    const cancelled = (url: string) => {
      const answer = vi.fn();
      handler({ url }, answer);
      return answer.mock.calls[0][0].cancel;
    };
    for (const url of [
      'https://evil.example/?stolen',
      'http://127.0.0.1:8896/',
      'ws://x/',
      'ftp://x/',
      'file:///etc/passwd',
      'no address',
    ])
      expect(cancelled(url)).toBe(true);
    for (const url of [WINDOW_URL, 'blob:app://galley/1', 'data:image/png;base64,'])
      expect(cancelled(url)).toBe(false);
  });

  it('stays where it is and opens no other', () => {
    const listeners = new Map<string, (event: unknown) => void>();
    let openHandler: (details: { url: string }) => unknown = () => null;
    const contents = {
      on: (name: string, listener: (event: unknown) => void) => listeners.set(name, listener),
      setWindowOpenHandler: (handler: typeof openHandler) => {
        openHandler = handler;
      },
    };
    const outside = vi.fn();
    confine(
      { on: (_: string, created: (e: unknown, c: unknown) => void) => created(null, contents) } as never,
      outside,
    );
    for (const name of ['will-navigate', 'will-redirect', 'will-frame-navigate']) {
      for (const url of ['https://evil.example/', 'file:///etc/passwd', 'app://galley/api/page-image/1']) {
        const event = { url, preventDefault: vi.fn() };
        listeners.get(name)?.(event);
        expect(event.preventDefault).toHaveBeenCalled();
      }
      const reload = { url: WINDOW_URL, preventDefault: vi.fn() };
      listeners.get(name)?.(reload);
      expect(reload.preventDefault).not.toHaveBeenCalled();
    }
    const webview = { preventDefault: vi.fn() };
    listeners.get('will-attach-webview')?.(webview);
    expect(webview.preventDefault).toHaveBeenCalled();
    expect(openHandler({ url: 'https://evil.example' })).toEqual({ action: 'deny' });
    expect(openHandler({ url: WINDOW_URL })).toEqual({ action: 'deny' });
    expect(outside).not.toHaveBeenCalled();
    expect(openHandler({ url: 'https://huggingface.co/microsoft/layoutlmv3-base' })).toEqual({
      action: 'deny',
    });
    expect(outside).toHaveBeenCalledTimes(1);
  });

  it.each([
    ['app://galley/index.html', true],
    ['app://evil/index.html', false],
    ['https://galley/index.html', false],
    ['app://galley.evil/', false],
    ['file:///etc/passwd', false],
    ['', false],
  ])('knows its own address: %s', (address, ours) => expect(isOurs(address)).toBe(ours));

  it.each([
    'http://github.com',
    'https://github.com.evil.example',
    'https://x@github.com',
    'file:///x',
    'app://galley/index.html',
  ])('does not hand %s to the browser', (address) => expect(mayOpenOutside(address)).toBe(false));
});
