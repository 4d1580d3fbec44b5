import { t } from '../../messages/index.ts';
import { useGalleyParts, useWorkbench } from '../../state/context.ts';
import type { ConfidenceBand, PageOrder } from '../../state/filters.ts';
import { LabelLetter } from '../../ui/chip.tsx';
import { cx } from '../../ui/class-names.ts';
import { Select } from '../../ui/select.tsx';
import { Switch } from '../../ui/switch.tsx';
import styles from './page-list.module.css';

/** Which pages are shown, and in which order. */
export function FilterPanel() {
  const { store } = useWorkbench();
  const { setFilters } = store.getState();
  const { filters, labels } = useGalleyParts((state) => ({
    filters: state.filters,
    labels: state.project?.labels ?? [],
  }));
  const toggleLabel = (id: number) =>
    setFilters({
      labels: filters.labels.includes(id) ? filters.labels.filter((l) => l !== id) : [...filters.labels, id],
    });
  return (
    <div className={styles.filters}>
      <div>
        <p className={styles.caption}>{t('pages.filter.labels')}</p>
        <div className={styles.letters}>
          {labels
            .filter((label) => label.letter !== '')
            .map((label) => (
              <button
                key={label.id}
                type="button"
                className={cx(styles.letter, filters.labels.includes(label.id) && styles.chosen)}
                aria-pressed={filters.labels.includes(label.id)}
                aria-label={label.title}
                title={label.title}
                onClick={() => toggleLabel(label.id)}
              >
                <LabelLetter label={label} />
              </button>
            ))}
        </div>
      </div>
      <Select<ConfidenceBand>
        label={t('pages.filter.confidence')}
        value={filters.confidence}
        options={[
          { value: 'any', title: t('pages.filter.confidence.any') },
          { value: 'low', title: t('pages.filter.confidence.low') },
          { value: 'middle', title: t('pages.filter.confidence.middle') },
          { value: 'high', title: t('pages.filter.confidence.high') },
        ]}
        onChange={(confidence) => setFilters({ confidence })}
      />
      <div>
        {(['disagreement', 'edited', 'unlabelled', 'highconf'] as const).map((name) => (
          <Switch
            key={name}
            label={t(`pages.filter.${name}`)}
            checked={filters[name]}
            onChange={(checked) => setFilters({ [name]: checked })}
          />
        ))}
      </div>
      <Select<PageOrder>
        label={t('pages.sort')}
        value={filters.order}
        options={[
          { value: 'number', title: t('pages.sort.number') },
          { value: 'disagreement', title: t('pages.sort.disagreement') },
          { value: 'confidence', title: t('pages.sort.confidence') },
        ]}
        onChange={(order) => setFilters({ order })}
      />
    </div>
  );
}
