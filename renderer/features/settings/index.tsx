import { FolderOpen } from 'lucide-react';
import type { ReactNode } from 'react';
import type { CallOutput } from '../../../core/workbench/contract.ts';
import { asContractError } from '../../api/errors.ts';
import { t, tMaybe } from '../../messages/index.ts';
import { useGalleyParts, useWorkbench } from '../../state/context.ts';
import { Area, Section } from '../../ui/area.tsx';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import tables from '../../ui/data-table.module.css';
import { Segmented } from '../../ui/segmented.tsx';
import { Switch } from '../../ui/switch.tsx';
import { formatBytes } from '../train/format.ts';
import { KeyEditor } from './key-editor.tsx';
import styles from './settings.module.css';

type Info = CallOutput<'app.info'>;

/** How the window looks and listens, what this machine can do, and what Galley is made of. */
export default function SettingsArea() {
  const info = useGalleyParts((state) => state.info);
  return (
    <Area title={t('settings.title')}>
      <div className={styles.columns}>
        <div>
          <Look />
          {info && <Devices info={info} />}
          {info && <Sources info={info} />}
          <DataFolder />
          {info && <About info={info} />}
        </div>
        <KeyEditor />
      </div>
    </Area>
  );
}

/** Changes settings and says where that failed. */
function useChange() {
  const { store } = useWorkbench();
  return (changes: Parameters<ReturnType<typeof store.getState>['changeSettings']>[0]) => {
    const { changeSettings, toast } = store.getState();
    changeSettings(changes).catch((error: unknown) =>
      toast(t('settings.failed', { reason: asContractError(error).message }), { kind: 'error' }),
    );
  };
}

function Look() {
  const change = useChange();
  const { theme, reduceMotion } = useGalleyParts((state) => ({
    theme: state.theme,
    reduceMotion: state.reduceMotion,
  }));
  return (
    <Section title={t('settings.look')}>
      <div className={styles.rows}>
        <div className={styles.row}>
          <span>{t('settings.theme')}</span>
          <Segmented
            label={t('settings.theme')}
            value={theme}
            options={(['system', 'light', 'dark', 'contrast'] as const).map((value) => ({
              value,
              title: t(`settings.theme.${value}`),
            }))}
            onChange={(next) => change({ theme: next })}
          />
        </div>
        <Switch
          label={t('settings.motion')}
          checked={reduceMotion}
          onChange={(next) => change({ reduceMotion: next })}
        />
        <p className={styles.note}>{t('settings.motion.note')}</p>
      </div>
    </Section>
  );
}

function Devices({ info }: { readonly info: Info }) {
  return (
    <Section title={t('settings.devices')} note={t('settings.devices.note')}>
      <table className={tables.table}>
        <thead>
          <tr>
            <th scope="col">{t('settings.device')}</th>
            <th scope="col">{t('settings.device.state')}</th>
          </tr>
        </thead>
        <tbody>
          {info.devices.map(({ name, available, reason }) => (
            <tr key={name}>
              <th scope="row">{tMaybe(`settings.device.${name}`) ?? name}</th>
              <td>
                <span className={styles.available} data-available={available}>
                  {t(available ? 'settings.device.available' : 'settings.device.unavailable')}
                </span>
                {reason && <p className={styles.reason}>{reason}</p>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className={styles.note}>
        {t('settings.device.machine', { cores: info.cores, memory: formatBytes(info.memoryBytes) })}
      </p>
    </Section>
  );
}

function Sources({ info }: { readonly info: Info }) {
  return (
    <Section title={t('settings.sources')} note={t('settings.sources.note')}>
      {info.licences.length === 0 ? (
        <p className={styles.note}>{t('settings.sources.none')}</p>
      ) : (
        <table className={tables.table}>
          <thead>
            <tr>
              <th scope="col">{t('settings.source')}</th>
              <th scope="col">{t('settings.licence')}</th>
              <th scope="col">{t('settings.licence.note')}</th>
            </tr>
          </thead>
          <tbody>
            {info.licences.map(({ name, licence, note }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td className={styles.licence}>{licence}</td>
                <td>{note}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}

function DataFolder() {
  const { api, store } = useWorkbench();
  const project = useGalleyParts((state) => state.project);
  if (!project) return null;
  const reveal = async () => {
    try {
      const { opened, folder } = await api.call('app.reveal', { what: 'project' });
      if (!opened) store.getState().toast(t('runs.revealed', { folder }));
    } catch (error) {
      store.getState().toast(asContractError(error).message, { kind: 'error' });
    }
  };
  return (
    <Section title={t('settings.data')} note={t('settings.data.note')}>
      <code className={styles.path}>{project.folder}</code>
      <div className={styles.buttons}>
        <Button icon={FolderOpen} onClick={() => void reveal()}>
          {t('settings.data.open')}
        </Button>
        <CopyButton text={project.folder} title={t('settings.data.copy')} />
      </div>
    </Section>
  );
}

function About({ info }: { readonly info: Info }) {
  const rows: [string, ReactNode][] = [
    [
      t('settings.about.form'),
      info.transport === 'electron'
        ? t('settings.about.electron', { platform: info.platform })
        : t('settings.about.http', { platform: info.platform }),
    ],
    ...Object.entries(info.versions).filter(([name]) => name !== 'galley'),
  ];
  return (
    <Section title={t('settings.about')} note={t('settings.about.version', { version: info.version })}>
      <p>
        {t('settings.about.text')} {t('app.private')}
      </p>
      <table className={`${tables.table} ${styles.versions}`} aria-label={t('settings.about.versions')}>
        <tbody>
          {rows.map(([name, value]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{value}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}
