import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { resolveExperiment } from './configuration.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'galley-yaml-'));
});
async function yaml(text: string): Promise<string> {
  const path = join(dir, 'x.yaml');
  await writeFile(path, text);
  return path;
}

describe('experiment configuration', () => {
  it('lets flags win over YAML and YAML over defaults', async () => {
    const config = await yaml('learning_rate: 1.0e-3\nbatch_size: 4\nfp16: true\ninfer_page_num: 38\n');
    const options = await resolveExperiment({ config, batch_size: 8 });
    expect(options).toMatchObject({
      learning_rate: 1e-3,
      batch_size: 8,
      fp16: 'true',
      infer_page_num: '38',
      seed: 42,
    });
  });
  it('names an unknown key, a wrong value and where it stands', async () => {
    await expect(resolveExperiment({ config: await yaml('lerning_rate: 1\n') })).rejects.toThrow(
      /lerning_rate/,
    );
    await expect(resolveExperiment({ config: await yaml('batch_size: -1\n') })).rejects.toMatchObject({
      code: 'usage',
      where: join(dir, 'x.yaml'),
    });
    await expect(resolveExperiment({ run_id: '../x' })).rejects.toMatchObject({ where: 'command line' });
    await expect(resolveExperiment({ config: await yaml('a: [1\n') })).rejects.toMatchObject({
      code: 'damaged',
    });
  });
  it('reads the configuration that ships', async () => {
    const options = await resolveExperiment({ config: 'configs/phase4_experiment.yaml' });
    expect(options.model).toBe('galley-nano');
  });
});
