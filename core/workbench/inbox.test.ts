import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { Inbox } from './inbox.ts';

let place: string;
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'galley-inbox-'));
});
afterEach(() => rmSync(place, { recursive: true, force: true }));

async function* pieces(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

it('takes files of a drop into a folder of its own, named like it', async () => {
  const inbox = new Inbox(place);
  const folder = await inbox.open('Boston, 1896');
  await inbox.receive(folder, 'page 1.png', pieces('one ', 'page'));
  await inbox.receive(folder, 'part/2.png', pieces('two'));
  expect(readFileSync(join(folder, 'page 1.png'), 'utf8')).toBe('one page');
  expect(readFileSync(join(folder, 'part', '2.png'), 'utf8')).toBe('two');
  const again = await inbox.open('Boston, 1896');
  expect(again).not.toBe(folder);
  expect(basename(again)).toBe(`${basename(folder)} 2`);
});

it('refuses names that lead elsewhere, are hidden, or are there', async () => {
  const inbox = new Inbox(place);
  const folder = await inbox.open('../..//etc');
  expect(folder.startsWith(place)).toBe(true);
  for (const name of [
    '../a',
    'a/../../b',
    '/etc/passwd',
    '.hidden',
    'a//b',
    'a\\b',
    'c:x',
    'a\u0000b',
    '',
    'x'.repeat(300),
  ])
    await expect(inbox.receive(folder, name, pieces('x')), JSON.stringify(name)).rejects.toMatchObject({
      code: 'usage',
    });
  await inbox.receive(folder, 'a', pieces('first'));
  await expect(inbox.receive(folder, 'a', pieces('second'))).rejects.toMatchObject({ code: 'usage' });
  expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('first');
  await expect(inbox.receive(place, 'b', pieces('x'))).rejects.toMatchObject({ code: 'not-found' });
  expect(readdirSync(folder)).toEqual(['a']);
});

it('leaves nothing of a file that breaks off', async () => {
  const inbox = new Inbox(place);
  const folder = await inbox.open('Pages');
  const broken = (async function* () {
    yield Buffer.from('half');
    throw new Error('the line went down');
  })();
  await expect(inbox.receive(folder, 'a.png', broken)).rejects.toThrow();
  expect(existsSync(join(folder, 'a.png'))).toBe(false);
  expect(readdirSync(folder)).toEqual([]);
});
