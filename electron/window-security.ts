import type { App, Privileges, Session, WebContents, WebPreferences, WebRequest } from 'electron';

/** Address of the window: everything it loads comes through our own protocol. */
export const SCHEME = 'app';
export const HOST = 'galley';
export const WINDOW_URL = `${SCHEME}://${HOST}/index.html`;

/** A page of it is like one of https, and its scripts may be modules; it bypasses nothing. */
export const SCHEME_PRIVILEGES: Privileges = {
  standard: true,
  secure: true,
  supportFetchAPI: true,
  corsEnabled: true,
  codeCache: true,
};

/** What the window may load and connect to: nothing but our protocol. */
export const CONTENT_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "frame-src 'none'",
  "frame-ancestors 'none'",
  "form-action 'none'",
].join('; ');

/** Electron's own defaults, said out loud so that a test holds them. */
export const webPreferences = (preload: string): WebPreferences => ({
  preload,
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
  spellcheck: false,
});

/** Whether an address is a page of ours. */
export function isOurs(address: string): boolean {
  try {
    const url = new URL(address);
    return url.protocol === `${SCHEME}:` && url.host === HOST;
  } catch {
    return false;
  }
}

/** Addresses that may be opened in the person's browser: where models come from, and nothing else. */
const OUTSIDE = new Set(['huggingface.co', 'github.com', 'creativecommons.org']);
export function mayOpenOutside(address: string): boolean {
  try {
    const url = new URL(address);
    return url.protocol === 'https:' && OUTSIDE.has(url.host) && url.username === '';
  } catch {
    return false;
  }
}

/** All that the window may ask of the system: to put a text on the clipboard when somebody presses Copy. */
const GRANTED = 'clipboard-sanitized-write';

/** Refuses every permission but {@link GRANTED}, which is given to our own page only. */
export function denyPermissions(
  session: Pick<
    Session,
    'setPermissionRequestHandler' | 'setPermissionCheckHandler' | 'setDevicePermissionHandler'
  >,
): void {
  session.setPermissionRequestHandler((_contents, permission, answer, { isMainFrame, requestingUrl }) =>
    answer((permission as string) === GRANTED && isMainFrame && isOurs(requestingUrl)),
  );
  session.setPermissionCheckHandler(
    (_contents, permission, origin, { isMainFrame }) =>
      (permission as string) === GRANTED && isMainFrame && isOurs(origin),
  );
  session.setDevicePermissionHandler(() => false);
}

/** What a page of ours may load; the rest, which is the whole network, is cut off. */
const LOADABLE = new Set([`${SCHEME}:`, 'blob:', 'data:', 'devtools:']);

/** Nothing leaves the machine through the window, whatever runs in it. */
export function cutNetwork(session: { readonly webRequest: Pick<WebRequest, 'onBeforeRequest'> }): void {
  session.webRequest.onBeforeRequest(({ url }, answer) =>
    answer({ cancel: !URL.canParse(url) || !LOADABLE.has(new URL(url).protocol) }),
  );
}

/** Keeps every page where it is: no navigation, no new window, no webview. */
export function confine(app: Pick<App, 'on'>, openOutside: (address: string) => void): void {
  app.on('web-contents-created', (_, contents: WebContents) => {
    const stay = (event: { preventDefault(): void }, address: string): void => {
      // A reload is a navigation to the same page.
      if (address !== WINDOW_URL) event.preventDefault();
    };
    contents.on('will-navigate', (event) => stay(event, event.url));
    contents.on('will-redirect', (event) => stay(event, event.url));
    contents.on('will-frame-navigate', (event) => stay(event, event.url));
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(({ url }) => {
      if (mayOpenOutside(url)) openOutside(url);
      return { action: 'deny' };
    });
  });
}
