import { statfs } from 'node:fs/promises';
import { freemem } from 'node:os';
import { z } from 'zod';
import { environmentVersions } from '../../experiment/environment.ts';
import { listDevices } from '../../runtime/index.ts';
import type { CommandSpec } from '../command.ts';
import { parseValues } from '../flags.ts';

const schema = z.object({
  json: z.boolean().default(false).meta({ description: 'machine-readable output' }),
});

const GET: Record<string, string> = {
  cuda: 'needs an NVIDIA card and driver, then: npm run setup:cuda',
  webgpu: 'needs a graphics card with a Vulkan, Metal or Direct3D 12 driver',
  cpu: 'reinstall with: npm ci',
};

const spec: CommandSpec<typeof schema> = {
  name: 'doctor',
  summary: 'devices, versions, memory and disk: what is there, what is missing and how to get it',
  schema,
  async run(given, { print }) {
    const { json } = parseValues(schema, given);
    const versions = environmentVersions();
    const devices = await listDevices();
    const disk = await statfs(process.cwd());
    const gib = (bytes: number) => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
    const free = { memory: freemem(), disk: disk.bavail * disk.bsize };
    if (json) {
      print(JSON.stringify({ versions, devices, freeBytes: free }, null, 2));
      return;
    }
    for (const [name, version] of Object.entries(versions)) print(`${name.padEnd(18)} ${version}`);
    print(`${'free'.padEnd(18)} ${gib(free.memory)} of memory, ${gib(free.disk)} of disk here`);
    print('');
    for (const d of devices)
      print(
        d.available
          ? `${d.device.padEnd(8)} ready (512 x 512 product: ${d.milliseconds?.toFixed(1)} ms)`
          : `${d.device.padEnd(8)} not available: ${d.reason}; ${GET[d.device]}`,
      );
  },
};
export default spec;
