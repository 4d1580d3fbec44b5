import { describe, expect, it } from 'vitest';
import { createStore } from 'zustand/vanilla';
import type { EventPayload, HistoryPoint } from '../../../core/workbench/contract.ts';
import { Listeners } from '../../api/listeners.ts';
import type { Workbench } from '../../state/context.ts';
import { trainStore } from './train-store.ts';

const point = (step: number): HistoryPoint => ({
  stage: 'A',
  step,
  epoch: step / 10,
  loss: 1 / step,
  learningRate: 1e-5,
  gradNorm: 1,
  evalLoss: null,
  macroF1: null,
  accuracy: null,
});

/** A workbench that knows one run; `answer` is called when its history is asked for. */
function workbench(answer: () => readonly HistoryPoint[]) {
  const listeners = new Listeners();
  const asked: string[] = [];
  const api = {
    on: listeners.on,
    call: async (name: string) => {
      asked.push(name);
      return { points: answer(), evaluations: [] };
    },
  };
  const store = createStore(() => ({ project: { id: 'p' }, online: true }));
  const told = (step: number) =>
    listeners.emit('train.point', { runId: 'run', point: point(step) } as EventPayload<'train.point'>);
  return { train: trainStore({ api, store } as unknown as Workbench), told, asked };
}

const stepsOf = ({ train }: ReturnType<typeof workbench>) =>
  train.getState().histories.run?.points.map(({ step }) => step);

describe('the history of a run', () => {
  it('is read whole although steps were told before anybody asked for it', async () => {
    const bench = workbench(() => [point(1), point(2), point(3)]);
    bench.told(3);
    await bench.train.getState().loadHistory('run');
    bench.told(4);
    expect(bench.asked).toEqual(['train.history']);
    expect(stepsOf(bench)).toEqual([1, 2, 3, 4]);
  });

  it('keeps what is told while the answer is on its way, the first time and again', async () => {
    let known = [point(1)];
    const bench = workbench(() => known);
    const first = bench.train.getState().loadHistory('run');
    bench.told(2);
    await first;
    expect(stepsOf(bench)).toEqual([1, 2]);
    known = [point(1), point(2), point(3)];
    const again = bench.train.getState().loadHistory('run', true);
    bench.told(4);
    await again;
    expect(stepsOf(bench)).toEqual([1, 2, 3, 4]);
  });

  it('is asked for once', async () => {
    const bench = workbench(() => [point(1)]);
    await Promise.all([bench.train.getState().loadHistory('run'), bench.train.getState().loadHistory('run')]);
    expect(bench.asked).toHaveLength(1);
  });
});
