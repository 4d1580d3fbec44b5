import { expect, it } from 'vitest';
import { shortReason } from './electron-program.ts';

it('takes from a stack trace the line that says what happened', () => {
  expect(shortReason('TypeError: fetch failed\n    at node:internal\n  [cause]: Error: getaddrinfo')).toBe(
    'fetch failed',
  );
  expect(shortReason('HTTPError: Response code 403 (Forbidden) for https://github.com/x\n at y')).toBe(
    'Response code 403 (Forbidden) for https://github.com/x',
  );
  expect(shortReason('')).toBe('no reason was given');
});
