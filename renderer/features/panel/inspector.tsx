import type { PageDetail, ProjectInfo } from '../../../core/workbench/contract.ts';
import { lineOf } from '../../canvas/kernels/selection.ts';
import { formatShare, t, tMaybe } from '../../messages/index.ts';
import { useGalleyParts } from '../../state/context.ts';
import { labelFrom } from '../../state/word-labels.ts';
import { ConfidenceChip, LabelChip } from '../../ui/chip.tsx';
import styles from './inspector.module.css';

/** What every source says about the selected words, the rules on their line, and the page as a whole. */
export function Inspector() {
  const { detail, labels, selection } = useGalleyParts((state) => ({
    detail: state.detail,
    labels: state.project?.labels ?? [],
    selection: state.selection,
  }));
  if (!detail) return null;
  const words = detail.readingOrder.filter((word) => selection.has(word));
  return (
    <div className={styles.view}>
      {words.length === 0 ? (
        <p className={styles.hint}>{t('inspector.none')}</p>
      ) : (
        <Words detail={detail} labels={labels} words={words} />
      )}
      <PageFacts detail={detail} labels={labels} />
    </div>
  );
}

interface WordsProps {
  readonly detail: PageDetail;
  readonly labels: ProjectInfo['labels'];
  readonly words: readonly number[];
}

function Words({ detail, labels, words }: WordsProps) {
  const line = detail.lines[lineOf(detail.lines, words[0])];
  const single = words.length === 1 ? words[0] : null;
  return (
    <section className={styles.section}>
      <p className={styles.text}>{words.map((word) => detail.words[word]).join(' ')}</p>
      <dl className={styles.facts}>
        {(['weak', 'predicted', 'gold'] as const).map((source) => (
          <div key={source}>
            <dt>{t(`inspector.${source}`)}</dt>
            <dd>
              <Opinion detail={detail} labels={labels} words={words} source={source} />
            </dd>
          </div>
        ))}
        {single !== null && (
          <>
            <div>
              <dt>{t('inspector.index')}</dt>
              <dd>{single}</dd>
            </div>
            <div>
              <dt title={t('inspector.box.note')}>{t('inspector.box')}</dt>
              <dd>{detail.bboxes[single].join(', ')}</dd>
            </div>
          </>
        )}
      </dl>
      {line && (
        <>
          <h3 className={styles.heading}>
            {t('inspector.signals')} <ConfidenceChip value={line.confidence} />
          </h3>
          {line.signals.length === 0 && <p className={styles.hint}>{t('hover.noRules')}</p>}
          <ul className={styles.signals}>
            {[...line.signals]
              .sort((a, b) => b.weight - a.weight)
              .map((signal) => {
                const label = labels.find((l) => l.name === signal.label);
                return (
                  <li key={`${signal.rule}/${signal.label}/${signal.evidence}/${signal.weight}`}>
                    <span className={styles.rule}>
                      {tMaybe(`rule.${signal.rule}`) ?? signal.rule.replaceAll(/[-_]/g, ' ')}
                      {label && <LabelChip label={label} />}
                    </span>
                    <span className={styles.evidence}>
                      <em>{signal.evidence}</em>
                      <span>{t('inspector.signal.weight', { weight: signal.weight.toFixed(2) })}</span>
                    </span>
                  </li>
                );
              })}
          </ul>
        </>
      )}
    </section>
  );
}

function Opinion({
  detail,
  labels,
  words,
  source,
}: WordsProps & { readonly source: 'weak' | 'predicted' | 'gold' }) {
  const ids = new Set(words.map((word) => labelFrom(detail, source, word)));
  if (ids.size > 1) return <span className={styles.hint}>{t('inspector.mixed')}</span>;
  const [id] = ids;
  const label = labels.find((l) => l.id === id);
  if (!label) return <span className={styles.hint}>{t('canvas.none')}</span>;
  const scores =
    source === 'weak' ? detail.weakConfidence : source === 'predicted' ? detail.predictedConfidence : null;
  const mean = scores && words.reduce((sum, word) => sum + scores[word], 0) / words.length;
  return (
    <>
      <LabelChip label={label} /> {mean !== null && <ConfidenceChip value={mean} />}
    </>
  );
}

function PageFacts({ detail, labels }: Omit<WordsProps, 'words'>) {
  const { summary } = detail;
  const most = Math.max(1, ...summary.labelCounts.slice(1));
  return (
    <section className={styles.section}>
      <h3 className={styles.heading}>{t('inspector.page')}</h3>
      <dl className={styles.facts}>
        <div>
          <dt>{t('inspector.split')}</dt>
          <dd>{summary.split}</dd>
        </div>
        {detail.model && (
          <div>
            <dt>{t('inspector.model')}</dt>
            <dd>{detail.model}</dd>
          </div>
        )}
        <div>
          <dt>{t('inspector.highconf')}</dt>
          <dd>
            {summary.inHighconf ? t('inspector.highconf.in') : t('inspector.highconf.out')}
            {summary.rejectReasons.map((reason) => (
              <span key={reason} className={styles.reason}>
                {tMaybe(`reason.${reason}`) ?? reason}
              </span>
            ))}
          </dd>
        </div>
        <div>
          <dt>{t('inspector.gold')}</dt>
          <dd>{formatShare(summary.gold)}</dd>
        </div>
      </dl>
      <h3 className={styles.heading}>{t('inspector.labels')}</h3>
      <ul className={styles.counts}>
        {labels
          .filter((label) => label.id !== 0)
          .map((label) => (
            <li key={label.id}>
              <LabelChip label={label} />
              <meter min={0} max={most} value={summary.labelCounts[label.id] ?? 0} aria-label={label.title} />
              <span>{summary.labelCounts[label.id] ?? 0}</span>
            </li>
          ))}
      </ul>
    </section>
  );
}
