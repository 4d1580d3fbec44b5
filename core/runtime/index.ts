/** The rest of the house knows ONNX Runtime only through this. */
export { type Arena, arenaFloats, createArena } from './arena.ts';
export {
  type DeviceRequest,
  type DeviceState,
  listDevices,
  type ResolvedDevice,
  resolveDevice,
} from './device.ts';
export { createSession, type Device, type Session, type SessionOptions, type TensorInfo } from './session.ts';
export { floats, type Tensor, tensor } from './tensor.ts';
