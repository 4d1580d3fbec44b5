import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { firstProject } from './first-project.ts';
import { UserSettings } from './user-settings.ts';

it('is the last project that is still there, else a demo that was made, else none', async () => {
  const root = await mkdtemp(join(tmpdir(), 'galley-first-'));
  const places = { configDir: join(root, 'config'), demoDir: join(root, 'demo') };
  expect(await firstProject(places)).toBeNull();

  const full = join(places.demoDir, 'datasets', 'full');
  mkdirSync(full, { recursive: true });
  writeFileSync(join(full, 'dataset_dict.json'), '{}');
  expect(await firstProject(places)).toBe(places.demoDir);

  const settings = new UserSettings(places.configDir);
  for (const name of ['older', 'latest']) {
    mkdirSync(join(root, name));
    await settings.remember(join(root, name));
  }
  expect(await firstProject(places)).toBe(join(root, 'latest'));
  rmSync(join(root, 'latest'), { recursive: true });
  expect(await firstProject(places)).toBe(join(root, 'older'));
});
