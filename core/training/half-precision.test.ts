import { describe, expect, it } from 'vitest';
import { listDevices } from '../runtime/device.ts';
import { float16Problem, trainingPrecision } from './half-precision.ts';

describe('what a training with --fp16 is computed in', () => {
  const asked = async (
    fp16: boolean,
    precision: 'float32' | 'int8',
    device: 'cpu' | 'webgpu',
    problem: string | null,
  ) => {
    const warnings: string[] = [];
    const found = await trainingPrecision(
      { fp16, precision },
      device,
      (m) => warnings.push(m),
      async () => problem,
    );
    return { found, warnings };
  };

  it('is float16 where the device has it, and float32 with a line that says so elsewhere', async () => {
    expect(await asked(true, 'float32', 'webgpu', null)).toEqual({ found: 'float16', warnings: [] });
    const cpu = await asked(true, 'float32', 'cpu', null);
    expect(cpu.found).toBe('float32');
    expect(cpu.warnings.join()).toMatch(/^--fp16 does nothing on the CPU.*32-bit/);
    const without = await asked(true, 'float32', 'webgpu', 'no shader-f16');
    expect(without.found).toBe('float32');
    expect(without.warnings).toEqual([
      '--fp16 does nothing on this webgpu device: training runs in 32-bit floats (no shader-f16)',
    ]);
  });

  it('is what --precision says without it, and refused with both', async () => {
    expect(await asked(false, 'float32', 'webgpu', null)).toEqual({ found: 'float32', warnings: [] });
    expect(await asked(false, 'int8', 'cpu', null)).toEqual({ found: 'int8', warnings: [] });
    for (const device of ['cpu', 'webgpu'] as const)
      await expect(asked(true, 'int8', device, null)).rejects.toThrow(
        expect.objectContaining({ code: 'usage' }),
      );
  });
});

describe('trying float16 products', async () => {
  const states = (await listDevices()).filter(({ device }) => device !== 'cpu');
  for (const { device, available, reason } of states) {
    it.skipIf(!available)(
      `finds them right on ${device}${reason ? ` (skipped: ${reason})` : ''}`,
      async () => {
        expect(await float16Problem(device)).toBeNull();
      },
    );
    it.skipIf(available)(`says why not where ${device} cannot start`, async () => {
      expect(await float16Problem(device)).toMatch(/\w/);
    });
  }
});
