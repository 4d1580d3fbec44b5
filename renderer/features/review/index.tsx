import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { formatShare, t } from '../../messages/index.ts';
import { useGalley, useWorkbench } from '../../state/context.ts';
import { goToWords } from '../../state/go-to-words.ts';
import { Area } from '../../ui/area.tsx';
import { Button } from '../../ui/button.tsx';
import { Empty, Failure } from '../../ui/empty.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { Select } from '../../ui/select.tsx';
import { Finder } from './finder.tsx';
import { LineCard } from './line-card.tsx';
import styles from './review.module.css';
import {
  gainOf,
  type Queue,
  type ReasonFilter,
  type ReviewStore,
  reviewStore,
  shownLines,
} from './review-store.ts';
import { RulesTab } from './rules-tab.tsx';
import { TrainOnCorrected } from './train-on-corrected.tsx';

const REASONS = ['label-error', 'disagreement', 'uncertain', 'rare'] as const;

/** What to correct first: one line after the other, each settled with one key. */
export default function ReviewArea() {
  const [tab, setTab] = useState<string>('lines');
  return (
    <Area
      title={t('review.title')}
      middle={
        <Segmented
          label={t('review.tab')}
          value={tab}
          options={[
            { value: 'lines' as const, title: t('review.tab.lines') },
            { value: 'rules' as const, title: t('review.tab.rules') },
          ]}
          onChange={setTab}
        />
      }
    >
      {tab === 'lines' ? <LinesTab /> : <RulesTab />}
    </Area>
  );
}

function LinesTab() {
  const workbench = useWorkbench();
  const store = reviewStore(workbench);
  const { queue, error } = useStore(store);
  const { load } = store.getState();
  const corrected = useGalley((state) => state.pages.some(({ gold }) => gold > 0));
  const hasModel = useGalley((state) => (state.project?.models.length ?? 0) > 0);
  const model = useGalley((state) => state.project?.models.find(({ id }) => id === queue?.model)?.name);
  useEffect(() => void load(), [load]);
  if (error && !queue)
    return (
      <Failure title={t('review.failed')} error={error}>
        <Button kind="primary" onClick={() => void load()}>
          {t('review.retry')}
        </Button>
      </Failure>
    );
  if (queue === undefined)
    return (
      <p className={styles.loading} role="status">
        {t('review.loading')}
      </p>
    );
  if (queue === null || queue.items.length === 0)
    return (
      <Empty
        title={t('review.empty.title')}
        text={t(hasModel ? 'review.empty.text' : 'review.empty.noModel')}
      >
        {hasModel ? (
          <>
            <Finder store={store} first />
            {corrected && <TrainOnCorrected />}
          </>
        ) : (
          <Button kind="primary" onClick={() => workbench.store.getState().show({ area: 'train' })}>
            {t('review.train')}
          </Button>
        )}
      </Empty>
    );
  const { lines: done, words, share } = gainOf(queue);
  return (
    <>
      <div className={styles.summary}>
        <p role="status">
          <strong>{t('review.progress', { done: String(done), total: String(queue.items.length) })}</strong>
          {words > 0 && <span>{t('review.gained', { count: words })}</span>}
          {done > 0 && (
            <span title={t('review.share.note')}>{t('review.share', { share: formatShare(share) })}</span>
          )}
        </p>
        <progress max={queue.items.length} value={done} aria-label={t('review.queue')} />
        <p className={styles.quiet}>
          {queue.folds > 0
            ? t('review.made.folds', { folds: queue.folds })
            : t('review.made', { model: model ?? queue.model })}
        </p>
        <span className={styles.space} />
        {corrected && done < queue.items.length && <TrainOnCorrected />}
        <Finder store={store} />
      </div>
      <Queued store={store} queue={queue} />
    </>
  );
}

/** A filter with the number of lines it shows. */
function titleOf(queue: Queue, filter: ReasonFilter): string {
  const title =
    filter === 'all' || filter === 'settled' ? t(`review.show.${filter}`) : t(`review.reason.${filter}`);
  return `${title} (${shownLines(queue, filter).length})`;
}

function Queued({ store, queue }: { readonly store: ReviewStore; readonly queue: Queue }) {
  const workbench = useWorkbench();
  const { filter, current } = useStore(store);
  const { choose, only, settle } = store.getState();
  const list = useRef<HTMLDivElement>(null);
  const places = shownLines(queue, filter);
  const item = current === null ? undefined : queue.items[current];
  const open = () => item && void goToWords(workbench, item.pageNum, item.wordIndices);
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
    if (current !== null && document.activeElement === document.body) list.current?.focus();
  }, [current]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || current === null) return;
    const at = places.indexOf(current);
    const key = event.key.toLowerCase();
    if (key === 'arrowdown' && at + 1 < places.length) choose(places[at + 1]);
    else if (key === 'arrowup' && at > 0) choose(places[at - 1]);
    else if (key === 'enter') void settle(current, 'suggested');
    else if (key === 'k') void settle(current, 'current');
    else if (key === 'o') open();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className={styles.columns}>
      <aside className={styles.side}>
        <div className={styles.filter}>
          <Select<ReasonFilter>
            label={t('review.show')}
            value={filter}
            options={(['all', ...REASONS, 'settled'] as const).map((value) => ({
              value,
              title: titleOf(queue, value),
            }))}
            onChange={only}
          />
        </div>
        <div
          ref={list}
          className={styles.queue}
          role="listbox"
          tabIndex={0}
          aria-label={t('review.queue')}
          aria-activedescendant={current === null ? undefined : `review-${current}`}
          title={t('review.keys')}
          onKeyDown={onKeyDown}
        >
          {places.map((place) => {
            const line = queue.items[place];
            return (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the list has the keys
              <div
                key={place}
                id={`review-${place}`}
                role="option"
                tabIndex={-1}
                aria-selected={place === current}
                data-decided={line.decided}
                className={styles.line}
                onClick={() => choose(place)}
              >
                <span className={styles.lineText}>{line.text}</span>
                <span className={styles.lineNote}>
                  {t('review.page', { page: String(line.pageNum) })}
                  {' · '}
                  {line.decided ? t('review.settled') : t(`review.reason.${line.reason}`)}
                </span>
              </div>
            );
          })}
        </div>
        {places.length === 0 && (
          <p className={styles.loading}>{t(filter === 'settled' ? 'review.none.settled' : 'review.none')}</p>
        )}
      </aside>
      <div className={styles.main}>
        {queue.items.every((line) => line.decided) ? (
          <Empty title={t('review.done.title')} text={t('review.done.text')}>
            <TrainOnCorrected primary />
          </Empty>
        ) : (
          item &&
          current !== null && (
            <>
              <LineCard
                key={current}
                item={item}
                onAccept={() => void settle(current, 'suggested')}
                onKeep={() => void settle(current, 'current')}
                onOpen={open}
              />
              <p className={styles.keys}>{t('review.keys')}</p>
            </>
          )
        )}
      </div>
    </div>
  );
}
