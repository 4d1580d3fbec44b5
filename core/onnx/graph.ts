import { GalleyError } from '../errors/galley-error.ts';
import { DTYPES, type DType, dtypeOf, type TensorData } from './dtype.ts';
import { type Dim, formatShape, type Shape, sizeOf } from './shape.ts';

/** What is known of every value when the graph is built. */
export interface TensorType {
  readonly dtype: DType;
  readonly shape: Shape;
}

/** What a shape rule sees of an input: its type, its name for messages, its elements where they are fixed. */
export interface Operand extends TensorType {
  readonly name: string;
  readonly data?: TensorData;
}

/** One tensor of the graph: fed (`input`), fixed (`initializer`) or computed (`node`). */
export interface Value extends Operand {
  readonly kind: 'input' | 'initializer' | 'node';
  /** The node that computes it; null for inputs and initializers. */
  readonly producer: Node | null;
}

export type Attributes = {
  readonly [name: string]: number | string | readonly number[] | Subgraph | undefined;
};
export type AttributeKind = 'int' | 'ints' | 'float' | 'string' | 'graph' | 'private';

/** A graph inside a node (the body of a loop). What it captures of the graph around it is among the node's inputs. */
export interface Subgraph {
  readonly graph: Graph;
  /** Names of values of the graph around it, which ONNX knows without their being fed. */
  readonly captured: ReadonlySet<string>;
}
export type Domain = '' | 'com.microsoft';

/** One ONNX node. An input that the operator leaves out is null. */
export interface Node {
  readonly name: string;
  readonly operator: Operator;
  readonly inputs: readonly (Value | null)[];
  readonly outputs: readonly Value[];
  readonly attributes: Attributes;
}

/** An operator: how ONNX calls it, its shape rule, its gradient rule. One file each in ops/. */
export interface Operator<A extends Attributes = Attributes> {
  readonly name: string;
  readonly domain: Domain;
  /** ONNX type of every attribute it can have; `private` ones are notes of ours, not written to the model. */
  readonly attributes: { readonly [K in keyof A]-?: AttributeKind };
  /** Pure: the same types give the same node, which may then be shared. Only for cheap layout operators. */
  readonly shared?: boolean;
  /** Types of the outputs. Throws GalleyError `graph` naming the operator, the value and both shapes. */
  infer(inputs: readonly (Operand | null)[], attributes: A): TensorType[];
  readonly gradient: GradientRule<A>;
}

/** Builds one input's gradient; called only when somebody needs it. */
export type GradientThunk = () => Value;

/**
 * Three cases kept apart. `rule`: backward gives one thunk per input, null where that input has no
 * gradient by design (indices, shapes). `none`: the whole operator has none by design; nothing flows
 * through it and that is right. `never`: a gradient through it would be silently wrong, asking is an error.
 */
export type GradientRule<A extends Attributes = Attributes> =
  | { readonly kind: 'rule'; backward(step: GradientStep<A>): readonly (GradientThunk | null)[] }
  | { readonly kind: 'none'; readonly why: string }
  | { readonly kind: 'never'; readonly why: string };

/** What a gradient rule sees. `dY` is the gradient arriving at the first output. */
export interface GradientStep<A extends Attributes = Attributes> {
  readonly g: Graph;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly attributes: A;
  readonly dY: Value;
  /** The inputs whose thunks will be called. */
  readonly towards: ReadonlySet<Value>;
}

/** One differentiable step: a node, or a composite with a rule of its own over several nodes. */
export interface TapeEntry {
  readonly name: string;
  readonly operatorName: string;
  readonly inputs: readonly (Value | null)[];
  readonly outputs: readonly Value[];
  readonly attributes: Attributes;
  readonly gradient: GradientRule;
}

export interface Composite<R extends Value | readonly Value[]> {
  readonly name: string;
  /** Every value from outside that `build` reads, in the order of the thunks that `backward` gives. */
  readonly inputs: readonly Value[];
  build(): R;
  backward(step: GradientStep): readonly (GradientThunk | null)[];
}

/**
 * Builds a graph of ONNX operators in which dtype and shape of every value are known and checked as it
 * grows. Nodes stand in the order they were applied, which is a topological order.
 */
export class Graph {
  readonly inputs: Value[] = [];
  readonly initializers: Value[] = [];
  readonly nodes: Node[] = [];
  readonly outputs: { readonly name: string; readonly value: Value }[] = [];
  /** Differentiable steps in order; `gradients` walks it backwards. */
  readonly tape: TapeEntry[] = [];

  readonly #names = new Set<string>();
  readonly #counters = new Map<string, number>();
  readonly #constants = new Map<string, Value>();
  readonly #sharedNodes = new Map<string, readonly Value[]>();
  /** Values of the graph around this one, and what they are called inside: the same. */
  readonly captures = new Map<Value, Value>();
  #scope: string;
  #insideComposite = false;

  /** @param prefix in front of every name that is not given: names inside a node must differ from those around it */
  constructor(prefix = '') {
    this.#scope = prefix;
  }

  /** True while a composite builds: what happens now is not on the tape. */
  get insideComposite(): boolean {
    return this.#insideComposite;
  }

  /** A tensor fed at each run. */
  input(name: string, dtype: DType, shape: Shape): Value {
    this.#checkShape(name, shape);
    const value: Value = { kind: 'input', name: this.#claim(name), dtype, shape, producer: null };
    this.inputs.push(value);
    return value;
  }

  /** A value of the graph around this one, to be read here. */
  capture(outer: Value): Value {
    const known = this.captures.get(outer);
    if (known) return known;
    const inner = this.input(outer.name, outer.dtype, outer.shape);
    this.captures.set(outer, inner);
    return inner;
  }

  /** A fixed tensor under a name of its own (weights inside the model). `dtype` only to say `bool`. */
  initializer(name: string, data: TensorData, shape: Shape, dtype: DType = dtypeOf(data)): Value {
    return this.#fixed(this.#claim(name), data, shape, dtype);
  }

  #fixed(name: string, data: TensorData, shape: Shape, dtype: DType): Value {
    this.#checkShape(name, shape);
    if (!(data instanceof DTYPES[dtype].array))
      throw new GalleyError('graph', `initializer ${name}: ${data.constructor.name} does not hold ${dtype}`);
    if (data.length !== sizeOf(shape, `initializer ${name}`))
      throw new GalleyError(
        'graph',
        `initializer ${name}: ${data.length} elements for shape ${formatShape(shape)}`,
      );
    const value: Value = {
      kind: 'initializer',
      name,
      dtype,
      shape,
      data,
      producer: null,
    };
    this.initializers.push(value);
    return value;
  }

  /** A fixed tensor without a name; equal ones are kept once. Shape defaults to [data.length]. */
  constant(data: TensorData, shape: Shape = [data.length], dtype: DType = dtypeOf(data)): Value {
    const key = constantKey(data, shape, dtype);
    if (key === null) return this.#fixed(this.#fresh('constant'), data, shape, dtype);
    const known = this.#constants.get(key);
    if (known) return known;
    const value = this.#fixed(this.#fresh('constant'), data, shape, dtype);
    this.#constants.set(key, value);
    return value;
  }

  /** A float32 constant of shape []. */
  scalar(x: number): Value {
    return this.constant(new Float32Array([x]), []);
  }

  /** An int64 constant: a vector [n], or shape [] for a single number. */
  int64(x: number | readonly number[]): Value {
    return typeof x === 'number'
      ? this.constant(new BigInt64Array([BigInt(x)]), [])
      : this.constant(new BigInt64Array(x.map(BigInt)));
  }

  /** Adds one node after its shape rule agreed. Throws GalleyError `graph`. */
  apply<A extends Attributes>(
    operator: Operator<A>,
    inputs: readonly (Value | null)[],
    attributes: A = {} as A,
  ): readonly Value[] {
    const types = operator.infer(inputs, attributes);
    const key = operator.shared
      ? `${operator.name}(${inputs.map((v) => v?.name).join()})${JSON.stringify(attributes)}`
      : null;
    const known = key === null ? undefined : this.#sharedNodes.get(key);
    // A step of a composite is not on the tape, so nobody outside may lean on it.
    if (known && !this.#insideComposite) return known;
    const name = this.#fresh(operator.name);
    const outputs: Value[] = [];
    const node: Node = { name, operator: operator as unknown as Operator, inputs, outputs, attributes };
    for (const [i, { dtype, shape }] of types.entries())
      outputs.push({
        kind: 'node',
        name: i === 0 ? name : this.#claim(`${name}.${i}`),
        dtype,
        shape,
        producer: node,
      });
    this.nodes.push(node);
    if (!this.#insideComposite) {
      if (key !== null) this.#sharedNodes.set(key, outputs);
      this.tape.push({
        name,
        operatorName: operator.name,
        inputs,
        outputs,
        attributes,
        gradient: node.operator.gradient,
      });
    }
    return outputs;
  }

  /**
   * Several nodes that are one step for the gradient, with a rule of its own. Throws GalleyError `graph`
   * when `build` reads a value that is not declared in `inputs` (its gradient would be lost).
   */
  composite<R extends Value | readonly Value[]>({ name, inputs, build, backward }: Composite<R>): R {
    const label = this.#fresh(name);
    const first = this.nodes.length;
    const outer = this.#insideComposite;
    this.#insideComposite = true;
    let result: R;
    try {
      result = build();
    } finally {
      this.#insideComposite = outer;
    }
    const known = new Set<Value>(inputs);
    for (const node of this.nodes.slice(first)) {
      for (const value of node.inputs)
        if (value && value.kind !== 'initializer' && !known.has(value))
          throw new GalleyError('graph', `composite ${name} reads ${value.name}, which it does not declare`);
      for (const value of node.outputs) known.add(value);
    }
    const outputs: readonly Value[] = Array.isArray(result) ? result : [result as Value];
    if (!outer)
      this.tape.push({
        name: label,
        operatorName: name,
        inputs,
        outputs,
        attributes: {},
        gradient: { kind: 'rule', backward },
      });
    return result;
  }

  /** Names a value as a result of the model. A value that others read leaves through a copy (see lower.ts). */
  output(value: Value, name: string): void {
    if (this.outputs.some((o) => o.name === name))
      throw new GalleyError('graph', `two outputs are named ${name}`);
    this.outputs.push({ name, value });
  }

  /** Prefixes the names of everything built inside: `scope('layer.0', ...)` gives `layer.0/MatMul_3`. */
  scope<R>(name: string, build: () => R): R {
    const outer = this.#scope;
    this.#scope = `${outer}${name}/`;
    try {
      return build();
    } finally {
      this.#scope = outer;
    }
  }

  #fresh(base: string): string {
    const prefix = `${this.#scope}${base}`;
    let n = this.#counters.get(prefix) ?? 0;
    while (this.#names.has(`${prefix}_${n}`)) n += 1;
    this.#counters.set(prefix, n + 1);
    return this.#claim(`${prefix}_${n}`);
  }

  #claim(name: string): string {
    if (name === '' || this.#names.has(name))
      throw new GalleyError('graph', `the name "${name}" is ${name === '' ? 'empty' : 'taken twice'}`);
    this.#names.add(name);
    return name;
  }

  #checkShape(name: string, shape: Shape): void {
    const bad = shape.find((d: Dim) =>
      typeof d === 'number' ? !Number.isSafeInteger(d) || d < 0 : d === '',
    );
    if (bad !== undefined)
      throw new GalleyError('graph', `${name}: ${formatShape(shape)} has the impossible length ${bad}`);
  }
}

/** Equal for equal constants that are small or of one number throughout; null for others. */
function constantKey(data: TensorData, shape: Shape, dtype: DType): string | null {
  const exactly = (x: number | bigint) => (Object.is(x, -0) ? '-0' : String(x));
  const numbers = data as ArrayLike<number | bigint>;
  const uniform = data.length > 0 && (data as Float32Array).every((x) => Object.is(x, numbers[0]));
  if (!uniform && data.length > 64) return null;
  const content = uniform ? exactly(numbers[0]!) : Array.from(numbers, exactly).join();
  return `${dtype}${formatShape(shape)}${content}`;
}

/** A gradient rule. */
export const rule = <A extends Attributes>(
  backward: (step: GradientStep<A>) => readonly (GradientThunk | null)[],
): GradientRule<A> => ({ kind: 'rule', backward });
/** No gradient by design. */
export const none = (why: string) => ({ kind: 'none', why }) as const;
/** A gradient must never be asked for. */
export const never = (why: string) => ({ kind: 'never', why }) as const;

/** Builds once, however many thunks ask. */
export function once<T>(build: () => T): () => T {
  let built: { value: T } | null = null;
  return () => {
    built ??= { value: build() };
    return built.value;
  };
}
