import { describe, expect, it } from 'vitest';
import { cycles, importsOf, violations } from './check-imports.ts';

const local = (from: string, to: string) => ({ from, to, local: true });

describe('import rules', () => {
  it('reads every form of import and no comment', () => {
    const text = `import a from './a.ts';\nimport type { B } from "./b.ts";\nexport { c } from './c.ts';\nimport './d.ts';
      const e = await import('./e.ts'); // import x from './not.ts'\n/* import y from './nor.ts' */\nimport {\n  f,\n  g,\n} from 'pkg';`;
    expect(importsOf(text)).toEqual(['./a.ts', './b.ts', './c.ts', './d.ts', './e.ts', 'pkg']);
  });
  it('refuses upward imports, strangers in the window and packages out of their room', () => {
    expect(violations([local('core/page/a.ts', 'core/cli/b.ts')], new Set())).toHaveLength(1);
    expect(violations([local('core/cli/b.ts', 'core/page/a.ts')], new Set())).toHaveLength(0);
    expect(violations([local('renderer/x.ts', 'core/runtime/a.ts')], new Set())).toHaveLength(1);
    expect(
      violations([{ from: 'core/cli/x.ts', to: 'onnxruntime-node', local: false }], new Set()),
    ).toHaveLength(1);
    expect(
      violations([{ from: 'core/cli/x.ts', to: 'vitest', local: false }], new Set(['vitest'])),
    ).toHaveLength(1);
    expect(
      violations([{ from: 'core/cli/x.test.ts', to: 'vitest', local: false }], new Set(['vitest'])),
    ).toHaveLength(0);
  });
  it('finds a cycle', () => {
    expect(
      cycles(
        new Map([
          ['a', ['b']],
          ['b', ['c']],
          ['c', ['a']],
        ]),
      ),
    ).toEqual(['a -> b -> c -> a']);
    expect(
      cycles(
        new Map([
          ['a', ['b', 'c']],
          ['b', ['c']],
          ['c', []],
        ]),
      ),
    ).toEqual([]);
  });
});
