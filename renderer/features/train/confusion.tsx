import { type CSSProperties, type KeyboardEvent, useRef, useState } from 'react';
import type { Evaluation } from '../../../core/workbench/contract.ts';
import { formatNumber, formatShare, t } from '../../messages/index.ts';
import { useGalley } from '../../state/context.ts';
import { Section } from '../../ui/area.tsx';
import { LabelLetter } from '../../ui/chip.tsx';
import { Switch } from '../../ui/switch.tsx';
import { CellWords } from './cell-words.tsx';
import styles from './confusion.module.css';
import { agreement, matrixCells, stepCell } from './matrix.ts';

interface ConfusionMatrixProps {
  readonly runId: string | null;
  readonly evaluation: Evaluation;
  readonly latest: boolean;
}

/** What the reference says against what the model says; numbers first, each cell a way to its words. */
export function ConfusionMatrix({ runId, evaluation, latest }: ConfusionMatrixProps) {
  const labels = useGalley((state) => state.project?.labels ?? []);
  const [byRow, setByRow] = useState(false);
  const [focus, setFocus] = useState<readonly [number, number]>([0, 0]);
  const [opened, setOpened] = useState<readonly [number, number] | null>(null);
  const table = useRef<HTMLTableElement>(null);
  const { labels: names, counts } = evaluation.confusion;
  const cells = matrixCells(counts, byRow ? 'rows' : 'counts');
  const { right, all } = agreement(counts);
  const shown = names.map((name) => labels.find((label) => label.name === name));
  const titles = names.map((name, i) => shown[i]?.title ?? name);

  const press = (event: KeyboardEvent) => {
    const next = stepCell(focus, event.key, names.length);
    if (next[0] === focus[0] && next[1] === focus[1]) return;
    event.preventDefault();
    setFocus(next);
    table.current?.querySelector<HTMLElement>(`[data-cell="${next[0]}/${next[1]}"]`)?.focus();
  };
  return (
    <Section
      title={t('train.matrix')}
      note={t('train.matrix.right', { right: formatNumber(right), all: formatNumber(all) })}
      end={<Switch label={t('train.matrix.rows')} checked={byRow} onChange={setByRow} />}
    >
      <table ref={table} className={styles.matrix}>
        <caption>{t('train.matrix.caption')}</caption>
        <thead>
          <tr>
            <td />
            {names.map((name, column) => {
              const label = shown[column];
              return (
                <th key={name} scope="col">
                  {label && label.letter !== '' && <LabelLetter label={label} />}
                  <span>{titles[column]}</span>
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody onKeyDown={press}>
          {names.map((name, row) => {
            const label = shown[row];
            return (
              <tr key={name}>
                <th scope="row">
                  <span>{titles[row]}</span>
                  {label && <LabelLetter label={label} />}
                </th>
                {cells[row].map(({ count, share, shade }, column) => {
                  const values = {
                    reference: titles[row],
                    predicted: titles[column],
                    count: formatNumber(count),
                  };
                  return (
                    <td key={names[column]}>
                      <button
                        type="button"
                        data-cell={`${row}/${column}`}
                        data-diagonal={row === column}
                        data-empty={count === 0}
                        tabIndex={row === focus[0] && column === focus[1] ? 0 : -1}
                        style={{ '--shade': shade } as CSSProperties}
                        aria-label={
                          share === null
                            ? t('train.matrix.cell', values)
                            : t('train.matrix.cell.share', { ...values, share: formatShare(share) })
                        }
                        onFocus={() => setFocus([row, column])}
                        onClick={() => count > 0 && setOpened([row, column])}
                      >
                        {byRow ? (share === null ? '–' : formatShare(share)) : formatNumber(count)}
                      </button>
                    </td>
                  );
                })}
              </tr>
            );
          })}
        </tbody>
      </table>
      {opened && runId && (
        <CellWords
          runId={runId}
          reference={{ name: names[opened[0]], title: titles[opened[0]] }}
          predicted={{ name: names[opened[1]], title: titles[opened[1]] }}
          latest={latest}
          onClose={() => setOpened(null)}
        />
      )}
    </Section>
  );
}
