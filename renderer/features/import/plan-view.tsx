import type { ImportPlan } from '../../../core/workbench/contract-import.ts';
import { formatNumber, t, tMaybe } from '../../messages/index.ts';
import styles from './import.module.css';

/** Kinds, counts and places of an import; what is refused, each with its reason. */
export function PlanView({ plan }: { readonly plan: ImportPlan }) {
  const { kinds, refused, refusedCount, passedOver, stored } = plan;
  return (
    <>
      <dl className={styles.places}>
        <dt>{t('import.from')}</dt>
        <dd>{plan.folder}</dd>
        {kinds.length > 0 && (
          <>
            <dt>{t('import.to')}</dt>
            <dd>
              {plan.outDir}
              <small>{t('import.to.note')}</small>
            </dd>
          </>
        )}
      </dl>
      {kinds.length > 0 && (
        <table className={styles.kinds} aria-label={t('import.found')}>
          <thead>
            <tr>
              <th scope="col">{t('import.kind')}</th>
              <th scope="col">{t('import.files')}</th>
              <th scope="col">{t('import.pages')}</th>
            </tr>
          </thead>
          <tbody>
            {kinds.map(({ kind, files, pages }) => (
              <tr key={kind}>
                <th scope="row">{tMaybe(`import.kind.${kind}`) ?? kind}</th>
                <td>{formatNumber(files)}</td>
                <td>{formatNumber(pages)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {stored > 0 && <p className={styles.quiet}>{t('import.stored', { count: stored })}</p>}
      {plan.changed > 0 && <p className={styles.quiet}>{t('import.changed', { count: plan.changed })}</p>}
      {refusedCount > 0 && (
        <section className={styles.refused}>
          <h3>{t('import.refused', { count: refusedCount })}</h3>
          <ul>
            {refused.map(({ source, reason }) => (
              <li key={`${source} ${reason}`}>
                <strong>{source}</strong> {reason}
              </li>
            ))}
            {refusedCount > refused.length && (
              <li>{t('import.refused.more', { count: refusedCount - refused.length })}</li>
            )}
          </ul>
        </section>
      )}
      {passedOver.map(({ reason, files }) => (
        <p key={reason} className={styles.quiet}>
          {t('import.passedOver', { count: files, reason })}
        </p>
      ))}
    </>
  );
}
