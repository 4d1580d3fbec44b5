import { describe, expect, it } from 'vitest';
import { agreement, matrixCells, stepCell } from './matrix.ts';

describe('matrixCells', () => {
  it('gives shares of each row that sum to one', () => {
    const cells = matrixCells(
      [
        [3, 1],
        [0, 4],
      ],
      'rows',
    );
    expect(cells.map((row) => row.map((cell) => cell.share))).toEqual([
      [0.75, 0.25],
      [0, 1],
    ]);
    expect(cells[0][0].shade).toBe(0.75);
  });

  it('has no share where the reference never has the label', () => {
    const [, row] = matrixCells(
      [
        [2, 0],
        [0, 0],
      ],
      'rows',
    );
    expect(row.map(({ share, shade }) => [share, shade])).toEqual([
      [null, 0],
      [null, 0],
    ]);
  });

  it('colours counts by their order of size, the largest in full', () => {
    const [[largest, small, none]] = matrixCells([[10_000, 10, 0]], 'counts');
    expect(largest.shade).toBe(1);
    expect(small.shade).toBeGreaterThan(0.2);
    expect(none.shade).toBe(0);
  });

  it('bears an empty matrix', () => {
    expect(matrixCells([[0]], 'counts')[0][0].shade).toBe(0);
    expect(matrixCells([], 'rows')).toEqual([]);
  });
});

describe('agreement', () => {
  it('counts the diagonal', () => {
    expect(
      agreement([
        [5, 1],
        [2, 4],
      ]),
    ).toEqual({ right: 9, all: 12 });
  });
});

describe('stepCell', () => {
  it('stays inside', () => {
    expect(stepCell([0, 0], 'ArrowUp', 7)).toEqual([0, 0]);
    expect(stepCell([6, 6], 'ArrowRight', 7)).toEqual([6, 6]);
    expect(stepCell([3, 3], 'End', 7)).toEqual([3, 6]);
    expect(stepCell([3, 3], 'ArrowDown', 7)).toEqual([4, 3]);
    expect(stepCell([3, 3], 'x', 7)).toEqual([3, 3]);
  });
});
