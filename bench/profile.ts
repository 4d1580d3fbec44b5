import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

/** Give it to createSession as `profile`; the trace is written when the session is released. */
export const profilePrefix = () => join(tmpdir(), `galley-profile-${process.pid}-${Date.now()}`);

interface TraceEvent {
  readonly cat: string;
  readonly name: string;
  readonly dur: number;
  readonly args?: { readonly op_name?: string; readonly output_type_shape?: Record<string, number[]>[] };
}

/** Share of the time in nodes by operator and by operator and shape, largest first. Removes the trace. */
export function profileTable(prefix: string, rows = 25): string[] {
  const file = readdirSync(tmpdir()).find((f) => f.startsWith(basename(prefix)))!;
  const path = join(tmpdir(), file);
  const events = JSON.parse(readFileSync(path, 'utf8')) as TraceEvent[];
  rmSync(path);
  const kernels = events.filter((e) => e.cat === 'Node' && e.name.endsWith('_kernel_time'));
  const shapeOf = (e: TraceEvent) => Object.values(e.args?.output_type_shape?.[0] ?? {})[0];
  return [
    ...table(kernels, (e) => e.args?.op_name ?? '?', rows),
    '',
    ...table(kernels, (e) => `${e.args?.op_name} [${shapeOf(e)}]`, rows),
  ];
}

function table(events: readonly TraceEvent[], keyOf: (e: TraceEvent) => string, rows: number): string[] {
  const sums = new Map<string, { us: number; n: number }>();
  for (const e of events) {
    const s = sums.get(keyOf(e)) ?? { us: 0, n: 0 };
    sums.set(keyOf(e), { us: s.us + e.dur, n: s.n + 1 });
  }
  const total = [...sums.values()].reduce((t, s) => t + s.us, 0);
  return [...sums]
    .sort((a, b) => b[1].us - a[1].us)
    .slice(0, rows)
    .map(
      ([k, { us, n }]) =>
        `${((100 * us) / total).toFixed(1).padStart(5)} %  ${String(n).padStart(5)} x  ${k}`,
    );
}
