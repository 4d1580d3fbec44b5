import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadModelFolder } from '../layoutlmv3/model-folder.ts';
import { listDevices } from '../runtime/device.ts';
import { type StageResult, trainStages } from './stages.ts';
import { smallProject } from './testing/small-project.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'galley-webgpu-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const webgpu = (await listDevices()).find((s) => s.device === 'webgpu')!;
const ready = webgpu.available ? '' : ` (skipped: ${webgpu.reason})`;
const losses = (stages: readonly StageResult[]) =>
  stages.flatMap((s) => s.logHistory.flatMap((row) => ('loss' in row ? [row.loss as number] : [])));

describe('both stages on webgpu', () => {
  it.skipIf(!webgpu.available)(`learn what they learn on the CPU${ready}`, async () => {
    const options = await smallProject(folder, { gradient_accumulation_steps: 2 });
    const onCpu = await trainStages({ ...options, output_dir: join(folder, 'cpu') });
    const onDevice = await trainStages({ ...options, output_dir: join(folder, 'gpu'), device: 'webgpu' });
    expect(onDevice.stages.map((s) => s.device)).toEqual(['webgpu', 'webgpu']);
    const [a, b] = [losses(onCpu.stages), losses(onDevice.stages)];
    expect(b.length).toBe(a.length);
    for (const [i, x] of a.entries()) expect(Math.abs(x - b[i]), `loss ${i}`).toBeLessThan(1e-3);
    const [cpu, gpu] = [
      await loadModelFolder(onCpu.finalFolder),
      await loadModelFolder(onDevice.finalFolder),
    ];
    for (const [name, x] of cpu.parameters) {
      const y = gpu.parameters.get(name)!;
      const worst = x.reduce((most, v, i) => Math.max(most, Math.abs(v - y[i])), 0);
      expect(worst, name).toBeLessThan(2e-3);
    }
  });
});
