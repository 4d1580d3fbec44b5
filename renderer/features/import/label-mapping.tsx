import { formatNumber, t } from '../../messages/index.ts';
import { Select } from '../../ui/select.tsx';
import styles from './import.module.css';
import { AS_IT_IS, UNDECIDED } from './mapping.ts';

interface LabelMappingProps {
  readonly labels: readonly { readonly label: string; readonly words: number }[];
  readonly own: readonly string[];
  readonly more: boolean;
  /** What a person chose, by label of the files. */
  readonly chosen: Readonly<Record<string, string>>;
  choose(label: string, becomes: string): void;
}

/** The labels of other programs' files, and what each becomes in the project. */
export function LabelMapping({ labels, own, more, chosen, choose }: LabelMappingProps) {
  const options = [
    { value: AS_IT_IS, title: t('import.labels.asItIs') },
    ...own.map((name) => ({ value: name, title: name })),
    { value: 'O', title: t('import.labels.outside') },
    { value: UNDECIDED, title: t('import.labels.undecided') },
  ];
  return (
    <section className={styles.labels} aria-label={t('import.labels')}>
      <h3>{t('import.labels')}</h3>
      <p className={styles.quiet}>{t('import.labels.note')}</p>
      <table className={styles.kinds} aria-label={t('import.labels')}>
        <thead>
          <tr>
            <th scope="col">{t('import.labels.theirs')}</th>
            <th scope="col">{t('import.labels.words')}</th>
            <th scope="col">{t('import.labels.becomes')}</th>
          </tr>
        </thead>
        <tbody>
          {labels.map(({ label, words }) => (
            <tr key={label}>
              <th scope="row">{label}</th>
              <td>{formatNumber(words)}</td>
              <td className={styles.becomes}>
                <Select
                  label={t('import.labels.of', { label })}
                  value={chosen[label] ?? AS_IT_IS}
                  options={options}
                  bare
                  onChange={(value) => choose(label, value)}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {more && <p className={styles.quiet}>{t('import.labels.more')}</p>}
    </section>
  );
}
