import { type ReactNode, useEffect, useMemo, useRef } from 'react';
import type { RecipeLineView } from '../../../core/workbench/contract-recipes.ts';
import { t } from '../../messages/index.ts';
import { useGalley, useWorkbench } from '../../state/context.ts';
import { goToWords } from '../../state/go-to-words.ts';
import { cx } from '../../ui/class-names.ts';
import styles from './recipes.module.css';

interface LinkedProps {
  readonly line: RecipeLineView;
  /** The open page; what stands on another one opens that page. */
  readonly pageNum: number;
  readonly children: ReactNode;
}

/** A line that is also a place on the scan: it lights its words, and the word pointed at raises its line. */
export function Linked({ line, pageNum, children }: LinkedProps) {
  const workbench = useWorkbench();
  const here = useMemo(() => line.refs.find((ref) => ref.pageNum === pageNum)?.words ?? [], [line, pageNum]);
  const words = useMemo(() => new Set(here), [here]);
  const pointed = useGalley((state) => state.pointed !== null && words.has(state.pointed));
  const selected = useGalley(
    (state) => here.length > 0 && state.selection.size > 0 && here.every((word) => state.selection.has(word)),
  );
  const element = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (pointed) element.current?.scrollIntoView({ block: 'nearest' });
  }, [pointed]);
  const { setSpotlight, select, reveal } = workbench.store.getState();
  const elsewhere = here.length === 0 ? line.refs[0] : undefined;
  return (
    <button
      ref={element}
      type="button"
      className={cx(
        styles.line,
        pointed && styles.pointed,
        selected && styles.selected,
        elsewhere && styles.elsewhere,
      )}
      title={elsewhere && t('recipes.elsewhere', { page: elsewhere.pageNum })}
      onPointerEnter={() => here.length > 0 && setSpotlight(here)}
      onPointerLeave={() => setSpotlight(null)}
      onFocus={() => here.length > 0 && setSpotlight(here)}
      onBlur={() => setSpotlight(null)}
      onClick={() => {
        if (elsewhere) void goToWords(workbench, elsewhere.pageNum, elsewhere.words);
        else {
          select(here, here[0]);
          reveal(here);
        }
      }}
    >
      {children}
    </button>
  );
}
