import { ListChecks, RotateCcw, Square } from 'lucide-react';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { formatDuration, formatShare, t } from '../../messages/index.ts';
import { useGalley, useWorkbench } from '../../state/context.ts';
import { goToWords } from '../../state/go-to-words.ts';
import { Area } from '../../ui/area.tsx';
import { Button } from '../../ui/button.tsx';
import { Empty, Failure } from '../../ui/empty.tsx';
import { Segmented } from '../../ui/segmented.tsx';
import { Select } from '../../ui/select.tsx';
import { LineCard } from './line-card.tsx';
import styles from './review.module.css';
import {
  type Folds,
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
  const hasModel = useGalley((state) => (state.project?.models.length ?? 0) > 0);
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
          <Finder store={store} first />
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
            : t('review.made', { model: queue.model })}
        </p>
        <span className={styles.space} />
        {done > 0 && done < queue.items.length && <TrainOnCorrected />}
        <Finder store={store} />
      </div>
      <Queued store={store} queue={queue} />
    </>
  );
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
          <Segmented
            label={t('review.show')}
            value={filter}
            options={[
              { value: 'all' as ReasonFilter, title: t('review.show.all') },
              ...REASONS.map((reason) => ({
                value: reason as ReasonFilter,
                title: t(`review.reason.${reason}`),
              })),
              { value: 'settled' as ReasonFilter, title: t('review.show.settled') },
            ]}
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

/** Starts the search, shows how far it is. */
function Finder({ store, first }: { readonly store: ReviewStore; readonly first?: boolean }) {
  const workbench = useWorkbench();
  const { jobId, folds, foldsSeconds } = useStore(store);
  const { start, finished, judgeBy } = store.getState();
  const readOnly = useGalley((state) => state.project?.readOnly === true);
  const job = useGalley((state) =>
    state.jobs.findLast((j) =>
      jobId ? j.id === jobId : j.kind === 'review' && (j.state === 'running' || j.state === 'paused'),
    ),
  );
  const state = job?.state;
  const mine = job !== undefined && job.id === jobId;
  const { error } = job ?? {};
  useEffect(() => {
    if (!mine || state === 'running' || state === 'paused') return;
    if (state === 'failed')
      workbench.store.getState().toast(t('review.jobFailed', { reason: error ?? '' }), { kind: 'error' });
    void finished();
  }, [mine, state, error, finished, workbench]);
  if (job && (state === 'running' || state === 'paused'))
    return (
      <div className={styles.running} role="status">
        <progress max={job.total || 1} value={job.done} aria-label={t('review.start')} />
        <span>
          {job.what.startsWith('fold ')
            ? `${job.what} ${job.done} / ${job.total}`
            : t('review.running', { done: String(job.done), total: String(job.total) })}
        </span>
        <Button icon={Square} onClick={() => void workbench.store.getState().controlJob(job.id, 'just-stop')}>
          {t('review.stop')}
        </Button>
      </div>
    );
  return (
    <div className={styles.finder} data-first={first === true}>
      <Button
        kind={first ? 'primary' : 'plain'}
        large={first}
        icon={first ? ListChecks : RotateCcw}
        disabled={readOnly}
        onClick={() => void start()}
      >
        {t(first ? 'review.start' : 'review.again')}
      </Button>
      <Select<`${Folds}`>
        label={t('review.judge')}
        value={`${folds}`}
        options={[
          { value: '0', title: t('review.judge.model') },
          { value: '2', title: t('review.judge.folds', { folds: 2 }) },
          { value: '3', title: t('review.judge.folds', { folds: 3 }) },
        ]}
        onChange={(value) => void judgeBy(Number(value) as Folds)}
      />
      {folds > 0 && (
        <p className={styles.cost}>
          {foldsSeconds === null
            ? t('review.judge.cost.unknown', { folds })
            : t('review.judge.cost', { folds, time: formatDuration(foldsSeconds) })}
        </p>
      )}
    </div>
  );
}
