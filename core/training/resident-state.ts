import type { ParameterSpec } from '../layoutlmv3/parameters.ts';
import type { ResidentParameter } from '../layoutlmv3/resident-graph.ts';
import { DeviceMemory, type DeviceTensor, ResidentSession } from '../runtime/resident-session.ts';
import type { Device } from '../runtime/session.ts';
import { floats, type Tensor, tensor } from '../runtime/tensor.ts';
import { buildUpdateGraph, UPDATE_SCALARS } from './adamw-graph.ts';
import { type AdamWSettings, adamWFactors } from './kernels/kernels.ts';
import type { TrainingState } from './state.ts';

/** Bytes of parameters that one update takes at most: what it makes anew lies beside what it replaces for a moment. */
export const UPDATE_BYTES = 2 ** 26;
const UPDATE_TENSORS = 24;

type Role = 'parameter' | 'first' | 'second';
type Held = { [R in Role]?: DeviceTensor } & { gradient?: DeviceTensor };

const size = (dims: readonly number[]) => dims.reduce((a, b) => a * b, 1);

/**
 * Parameters, gradients and AdamW moments of a training on a device. The training state on the CPU is where they come from and
 * where they are brought back to be saved; between the two it is out of date.
 */
export class ResidentState {
  readonly memory: DeviceMemory;
  readonly #device: Device;
  readonly #state: TrainingState;
  readonly #parameters: readonly ResidentParameter[];
  readonly #decays: ReadonlySet<string>;
  readonly #held = new Map<string, Held>();
  #groups: Promise<readonly UpdateGroup[]> | null = null;

  /** @param parameters as a training graph of any length lists them */
  constructor(
    device: Device,
    state: TrainingState,
    parameters: readonly ResidentParameter[],
    specs: readonly ParameterSpec[],
  ) {
    this.memory = new DeviceMemory(device);
    this.#device = device;
    this.#state = state;
    this.#parameters = parameters;
    this.#decays = new Set(specs.filter((spec) => spec.decay).map((spec) => spec.name));
  }

  /** Copies everything from the training state to the device. */
  async upload(): Promise<void> {
    for (const parameter of this.#parameters) {
      const held = this.#held.get(parameter.name) ?? {};
      this.#held.set(parameter.name, held);
      for (const [role, views] of this.#roles(parameter)) {
        held[role]?.dispose();
        held[role] = await this.memory.upload(tensor(piece(views, parameter), parameter.dims));
      }
    }
  }

  /** Copies parameters and moments back into the training state. */
  async download(): Promise<void> {
    for (const parameter of this.#parameters) {
      const held = this.#held.get(parameter.name);
      for (const [role, views] of this.#roles(parameter)) {
        const there = held?.[role];
        if (there) putPiece(views, parameter, floats(await this.memory.download(there)));
      }
    }
  }

  /** Parameters as feeds of a graph that takes them. */
  feeds(parameters: readonly ResidentParameter[]): Record<string, DeviceTensor> {
    return Object.fromEntries(
      parameters.map(({ name }) => [name, this.#held.get(name)!.parameter!] as const),
    );
  }

  /** The gradients of the micro-batch before, as feeds of a graph that accumulates. */
  gradientFeeds(parameters: readonly ResidentParameter[]): Record<string, DeviceTensor> {
    return Object.fromEntries(
      parameters.flatMap(({ name, accumulated }) =>
        accumulated ? [[accumulated, this.#held.get(name)!.gradient!] as const] : [],
      ),
    );
  }

  /** Gives the gradients back that nobody will add to. */
  dropGradients(): void {
    for (const held of this.#held.values()) {
      held.gradient?.dispose();
      delete held.gradient;
    }
  }

  /** Keeps the gradients that a run left on the device, in place of those before. */
  takeGradients(
    parameters: readonly ResidentParameter[],
    kept: Readonly<Record<string, DeviceTensor>>,
  ): void {
    for (const { name, gradient } of parameters) {
      if (!gradient) continue;
      const held = this.#held.get(name)!;
      held.gradient?.dispose();
      held.gradient = kept[gradient];
    }
  }

  /**
   * One AdamW step for everything that has a gradient.
   * @param step number of this update, from 1
   * @param clip what the gradients are multiplied by
   */
  async update(settings: AdamWSettings, step: number, clip: number): Promise<void> {
    const { keep, ...shared } = adamWFactors(settings, step);
    const plainKeep = adamWFactors({ ...settings, weightDecay: 0 }, step).keep;
    const values: Record<(typeof UPDATE_SCALARS)[number], number> = { ...shared, keep, plainKeep, clip };
    this.#groups ??= this.#createGroups();
    for (const group of await this.#groups) {
      const feeds: Record<string, Tensor | DeviceTensor> = {};
      for (const name of UPDATE_SCALARS) feeds[name] = tensor(Float32Array.of(values[name]), []);
      for (const name of group.names) {
        const held = this.#held.get(name)!;
        for (const role of ['parameter', 'gradient', 'first', 'second'] as const)
          feeds[`${name}.${role}`] = held[role]!;
      }
      const { kept } = await group.session.run(feeds);
      for (const name of group.names) {
        const held = this.#held.get(name)!;
        for (const role of ['parameter', 'first', 'second'] as const) {
          held[role]!.dispose();
          held[role] = kept[`${name}.${role}.next`];
        }
      }
    }
  }

  async release(): Promise<void> {
    for (const held of this.#held.values())
      for (const each of [held.parameter, held.gradient, held.first, held.second]) each?.dispose();
    this.#held.clear();
    for (const group of (await this.#groups) ?? []) await group.session.release();
    this.#groups = null;
    await this.memory.release();
  }

  *#roles({ parameter, gradient }: ResidentParameter): Iterable<readonly [Role, Float32Array]> {
    yield ['parameter', this.#state.parameters.get(parameter)!];
    if (!gradient) return;
    yield ['first', this.#state.firstMoments.get(parameter)!];
    yield ['second', this.#state.secondMoments.get(parameter)!];
  }

  async #createGroups(): Promise<readonly UpdateGroup[]> {
    const groups: ResidentParameter[][] = [];
    let bytes = Number.POSITIVE_INFINITY;
    for (const parameter of this.#parameters) {
      if (!parameter.gradient) continue;
      const own = 4 * size(parameter.dims);
      const last = groups[groups.length - 1];
      if (!last || bytes + own > UPDATE_BYTES || last.length >= UPDATE_TENSORS) {
        groups.push([parameter]);
        bytes = own;
      } else {
        last.push(parameter);
        bytes += own;
      }
    }
    return Promise.all(
      groups.map(async (group) => {
        const tensors = group.map(({ name, parameter, dims }) => ({
          name,
          dims,
          decay: this.#decays.has(parameter),
        }));
        const names = group.map(({ name }) => name);
        const kept = names.flatMap((n) => [`${n}.parameter.next`, `${n}.first.next`, `${n}.second.next`]);
        const model = buildUpdateGraph(tensors);
        return { names, session: await ResidentSession.create(model, { device: this.#device, kept }) };
      }),
    );
  }
}

interface UpdateGroup {
  readonly names: readonly string[];
  readonly session: ResidentSession;
}

/** The columns of a tensor [R, W] that a piece holds. */
function piece(whole: Float32Array, { dims, column }: ResidentParameter): Float32Array {
  if (column === undefined) return whole;
  const [rows, columns] = dims as [number, number];
  const width = whole.length / rows;
  const part = new Float32Array(rows * columns);
  for (let r = 0; r < rows; r++)
    part.set(whole.subarray(r * width + column, r * width + column + columns), r * columns);
  return part;
}

function putPiece(whole: Float32Array, { dims, column }: ResidentParameter, part: Float32Array): void {
  if (column === undefined) {
    whole.set(part);
    return;
  }
  const [rows, columns] = dims as [number, number];
  const width = whole.length / rows;
  for (let r = 0; r < rows; r++) whole.set(part.subarray(r * columns, (r + 1) * columns), r * width + column);
}
