import { BookOpen, FolderOpen, Import, ShieldCheck, Square } from 'lucide-react';
import { t } from '../messages/index.ts';
import { useGalleyParts, useWorkbench } from '../state/context.ts';
import { Button } from '../ui/button.tsx';
import styles from './first-screen.module.css';

/** No project is open: what this is, and three ways in. */
export function FirstScreen() {
  const { store } = useWorkbench();
  const { recent, error, making, jobs, transport } = useGalleyParts((state) => ({
    recent: state.recent,
    error: state.sessionError,
    making: state.openingJob,
    jobs: state.jobs,
    transport: state.info?.transport,
  }));
  const { openDemo, chooseFolder, openRecent, controlJob } = store.getState();
  const job = jobs.find(({ id }) => id === making);
  const title = job?.kind === 'import' ? job.title : t('first.making');
  return (
    <main className={styles.screen}>
      <div className={styles.column}>
        <p className={styles.name}>{t('app.name')}</p>
        <h1 className={styles.title}>{t('first.title')}</h1>
        <p className={styles.lead}>{t('first.lead')}</p>
        {error && (
          <div className={styles.error} role="alert">
            <strong>{error.message}</strong>
            {error.hint && <p>{error.hint}</p>}
          </div>
        )}
        {making ? (
          <div className={styles.making} role="status">
            <span>{title}</span>
            <progress max={job?.total || 1} value={job?.done ?? 0} aria-label={title} />
            {job && <span>{t('job.progress', { done: Math.floor(job.done), total: job.total })}</span>}
            {job?.kind === 'import' && (
              <Button icon={Square} onClick={() => void controlJob(job.id, 'just-stop')}>
                {t('import.stop')}
              </Button>
            )}
          </div>
        ) : (
          <ul className={styles.ways}>
            <li>
              <Button kind="primary" large icon={BookOpen} onClick={() => void openDemo()}>
                {t('first.demo')}
              </Button>
              <span>{t('first.demo.note')}</span>
            </li>
            <li>
              <Button large icon={FolderOpen} onClick={() => void chooseFolder('open')}>
                {t('first.folder')}
              </Button>
              <span>{t('first.folder.note')}</span>
            </li>
            <li>
              <Button large icon={Import} onClick={() => void chooseFolder('import')}>
                {t('first.import')}
              </Button>
              <span>{t('first.import.note')}</span>
            </li>
          </ul>
        )}
        {recent.length > 0 && (
          <section className={styles.recent}>
            <h2>{t('first.recent')}</h2>
            <ul>
              {recent.map((project) => (
                <li key={project.id}>
                  <button
                    type="button"
                    disabled={project.missing}
                    onClick={() => void openRecent(project.id)}
                  >
                    <span>{project.name}</span>
                    <small>
                      {project.folder}
                      {project.missing && ` (${t('first.recent.missing')})`}
                    </small>
                  </button>
                </li>
              ))}
            </ul>
          </section>
        )}
        <p className={styles.private} data-transport={transport}>
          <ShieldCheck size={16} strokeWidth={1.75} aria-hidden /> {t('app.private')}
        </p>
      </div>
    </main>
  );
}
