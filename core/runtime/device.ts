import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { env, listSupportedBackends } from 'onnxruntime-node';
import { GalleyError } from '../errors/galley-error.ts';
import { encodeModel } from '../onnx/encode.ts';
import { Graph } from '../onnx/graph.ts';
import { matMul } from '../onnx/ops/mat-mul.ts';
import { createSession, type Device } from './session.ts';
import { tensor } from './tensor.ts';

export type DeviceRequest = 'auto' | Device;

export interface DeviceState {
  readonly device: Device;
  readonly available: boolean;
  /** One line: why it cannot start. */
  readonly reason?: string;
  /** Milliseconds for a product of two 512 x 512 matrices there and back, where it started. */
  readonly milliseconds?: number;
}

export interface ResolvedDevice {
  readonly device: Device;
  /** One line: why it is not another device. */
  readonly reason?: string;
}

const SIDE = 512;
const DEVICES: readonly Device[] = ['cpu', 'cuda', 'webgpu'];
const HINTS: Record<Device, string> = {
  cpu: 'Reinstall with npm ci.',
  cuda: 'An NVIDIA card, its driver and `npm run setup:cuda` are needed.',
  webgpu: 'A graphics card with a Vulkan, Metal or Direct3D 12 driver is needed.',
};

// What cannot start is said once, by us: ONNX Runtime's own lines on stderr name source files, not remedies.
env.logLevel = 'fatal';

/** Every device, tried by really running something small on it. */
export async function listDevices(): Promise<DeviceState[]> {
  const states: DeviceState[] = [];
  for (const device of DEVICES) states.push(await tryDevice(device));
  return states;
}

/**
 * `auto` takes the device that was measured fastest and never fails (the CPU is always there); software
 * renderers that pose as WebGPU lose that race by themselves. A device asked for by name is taken or
 * refused: throws GalleyError `device` saying why.
 */
export async function resolveDevice(request: DeviceRequest): Promise<ResolvedDevice> {
  if (request === 'cpu') return { device: 'cpu' };
  if (request !== 'auto') {
    const state = await tryDevice(request);
    if (state.available) return { device: request };
    throw new GalleyError('device', `${request} cannot start: ${state.reason}`, { hint: HINTS[request] });
  }
  const states = await listDevices();
  const ready = states.filter((s) => s.available);
  ready.sort((a, b) => (a.milliseconds ?? 0) - (b.milliseconds ?? 0));
  const device = ready[0]?.device ?? 'cpu';
  if (device !== 'cpu') return { device };
  const why = states
    .filter((s) => s.device !== 'cpu')
    .map((s) => `${s.device}: ${s.reason ?? `slower than the CPU here (${s.milliseconds!.toFixed(1)} ms)`}`);
  return { device, reason: why.join('; ') };
}

async function tryDevice(device: Device): Promise<DeviceState> {
  try {
    if (!listSupportedBackends().some((b) => b.name === device))
      return { device, available: false, reason: 'this build of ONNX Runtime does not have it' };
    const missing = missingLibrary(device);
    if (missing) return { device, available: false, reason: `${missing} is missing` };
    return { device, available: true, milliseconds: await timeProduct(device) };
  } catch (error) {
    return { device, available: false, reason: shortReason(error) };
  }
}

async function timeProduct(device: Device): Promise<number> {
  const g = new Graph();
  const a = g.input('a', 'float32', [SIDE, SIDE]);
  g.output(matMul(g, a, a), 'product');
  const session = await createSession(encodeModel(g), { device });
  try {
    const feeds = { a: tensor(new Float32Array(SIDE * SIDE).fill(1 / SIDE), [SIDE, SIDE]) };
    let best = Number.POSITIVE_INFINITY;
    for (let i = 0; i < 4; i++) {
      const start = performance.now();
      const { product } = await session.run(feeds);
      best = Math.min(best, performance.now() - start);
      if (Math.abs((product!.data[0] as number) - 1 / SIDE) > 1e-5)
        throw new GalleyError('device', 'it computes wrong numbers');
    }
    return best;
  } finally {
    await session.release();
  }
}

const LINUX_LIBRARIES = [
  '/usr/lib/x86_64-linux-gnu',
  '/usr/lib/aarch64-linux-gnu',
  '/usr/lib64',
  '/usr/lib',
  '/lib64',
  '/lib',
  '/usr/local/lib',
];

/**
 * The library that a device needs and that is not there, if that can be said without starting it (which
 * prints warnings of its own). Elsewhere than on Linux only starting tells.
 */
function missingLibrary(device: Device): string | null {
  if (process.platform !== 'linux') return null;
  if (device === 'cuda') {
    const root = dirname(dirname(createRequire(import.meta.url).resolve('onnxruntime-node')));
    const library = 'libonnxruntime_providers_cuda.so';
    return existsSync(join(root, `bin/napi-v6/linux/${process.arch}`, library)) ? null : library;
  }
  if (device === 'webgpu') {
    const folders = [...(process.env.LD_LIBRARY_PATH?.split(':') ?? []), ...LINUX_LIBRARIES];
    return folders.some((folder) => folder && existsSync(join(folder, 'libvulkan.so.1')))
      ? null
      : 'libvulkan.so.1';
  }
  return null;
}

/** The part of ONNX Runtime's message that means something outside its source code. */
function shortReason(error: unknown): string {
  const line = (error instanceof Error ? error.message : String(error)).split('\n')[0]!;
  if (/RequestAdapterStatus::Success/.test(line)) return 'no graphics adapter was found';
  if (/Failed to load shared library/.test(line))
    return 'its provider library or a library that needs is missing';
  return line.replace(/^(cpu|cuda|webgpu): /, '').slice(0, 200);
}
