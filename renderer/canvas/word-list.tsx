import { forwardRef, memo, useDeferredValue, useMemo } from 'react';
import { t } from '../messages/index.ts';
import { useGalley, useGalleyParts, useWorkbench } from '../state/context.ts';
import { wordLabels } from '../state/word-labels.ts';
import type { CanvasController } from './controller.ts';
import { describeWord } from './describe-word.ts';
import styles from './page-canvas.module.css';

const optionId = (word: number) => `word-${word}`;

/**
 * The canvas' twin in the document: the words in reading order as a list box, in which arrow keys and Tab move. It also
 * is the surface that takes pointer and focus, so that what is seen and what is read out cannot part.
 */
export const WordList = forwardRef<HTMLDivElement, { readonly controller: CanvasController }>(
  function WordList({ controller }, ref) {
    const { store } = useWorkbench();
    const { pageNum, count, cursor, tool } = useGalleyParts((state) => ({
      pageNum: state.detail?.summary.pageNum ?? 0,
      count: state.detail?.words.length ?? 0,
      cursor: state.cursor,
      tool: state.tool,
    }));
    return (
      <div
        ref={ref}
        className={styles.surface}
        role="listbox"
        tabIndex={0}
        data-canvas
        data-region="page"
        data-tool={tool}
        aria-multiselectable
        aria-label={t('canvas.label', { page: String(pageNum), words: count })}
        aria-activedescendant={cursor === null ? undefined : optionId(cursor)}
        onFocus={(event) => controller.setFocused(event.currentTarget.matches(':focus-visible'))}
        onBlur={() => controller.setFocused(false)}
        onKeyDown={(event) => {
          controller.setFocused(true);
          if (event.key !== 'Tab' || event.ctrlKey || event.altKey) return;
          if (store.getState().stepLine(event.shiftKey ? -1 : 1)) event.preventDefault();
        }}
      >
        <Options />
      </div>
    );
  },
);

function Options() {
  // Read out a moment later than drawn: a key press must not wait for two thousand options.
  const detail = useDeferredValue(useGalley((state) => state.detail));
  const selection = useDeferredValue(useGalley((state) => state.selection));
  const { labels, source, decidedOver } = useGalleyParts((state) => ({
    decidedOver: state.decidedOver,
    labels: state.project?.labels,
    source: state.source,
  }));
  const shown = useMemo(
    () => (detail ? wordLabels(detail, source, decidedOver) : null),
    [detail, source, decidedOver],
  );
  if (!detail || !shown || !labels) return null;
  return (
    <div className={styles.hidden}>
      {detail.readingOrder.map((word) => (
        <Option
          key={word}
          id={optionId(word)}
          selected={selection.has(word)}
          text={describeWord(detail, labels, shown, word)}
        />
      ))}
    </div>
  );
}

const Option = memo(function Option(props: {
  readonly id: string;
  readonly selected: boolean;
  readonly text: string;
}) {
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the list box keeps the focus and names its active option
    <div id={props.id} role="option" aria-selected={props.selected}>
      {props.text}
    </div>
  );
});
