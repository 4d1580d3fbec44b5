import { type DeviceState, listDevices } from '../../runtime/device.ts';
import type { CommonEvent, JobContext } from '../job-context.ts';

/** Every device, tried; in the engine, since a driver that fails may take its process with it. */
export const devicesJob = (_: object, _context: JobContext<CommonEvent>): Promise<DeviceState[]> =>
  listDevices();
