import { describe, expect, it } from 'vitest';
import { alignSeries, settingDifferences } from './differences.ts';
import { markdownBlocks } from './markdown.ts';

describe('settingDifferences', () => {
  it('names what differs, also what only one run has', () => {
    expect(settingDifferences({ a: 1, b: 2, d: [1] }, { a: 1, b: 3, c: true, d: [1] })).toEqual([
      { name: 'b', first: '2', second: '3' },
      { name: 'c', first: '', second: 'true' },
    ]);
  });
});

describe('alignSeries', () => {
  it('puts curves with other steps on one axis', () => {
    expect(
      alignSeries([
        { x: [1, 3], y: [10, 30] },
        { x: [2, 3], y: [20, null] },
      ]),
    ).toEqual({
      x: [1, 2, 3],
      series: [
        [10, null, 30],
        [null, 20, null],
      ],
    });
  });
});

describe('markdownBlocks', () => {
  it('finds tables between text', () => {
    const blocks = markdownBlocks(
      '# Run\n\n| set | pages |\n| --- | ---: |\n| a \\| b | 3 |\n| c |\n\nAfter.',
    );
    expect(blocks.map((block) => block.kind)).toEqual(['text', 'table', 'text']);
    expect(blocks[1]).toEqual({
      kind: 'table',
      header: ['set', 'pages'],
      rows: [
        ['a | b', '3'],
        ['c', ''],
      ],
      align: ['left', 'right'],
    });
  });

  it('keeps a table whose header is empty', () => {
    expect(markdownBlocks('|  |  |\n| --- | --- |\n| seed | 42 |')).toMatchObject([
      { kind: 'table', header: ['', ''], rows: [['seed', '42']] },
    ]);
  });

  it('leaves code alone', () => {
    const code = '```json\n| a | b |\n| --- | --- |\n```';
    expect(markdownBlocks(code)).toEqual([{ kind: 'text', text: code }]);
  });

  it('takes a line with a bar for text', () => {
    expect(markdownBlocks('a | b\nc')).toEqual([{ kind: 'text', text: 'a | b\nc' }]);
  });
});
