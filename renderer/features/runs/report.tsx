import { Image as ImageIcon } from 'lucide-react';
import { createContext, use, useEffect, useState } from 'react';
import Markdown, { type Components } from 'react-markdown';
import { t } from '../../messages/index.ts';
import { useWorkbench } from '../../state/context.ts';
import tables from '../../ui/data-table.module.css';
import { type Block, markdownBlocks } from './markdown.ts';
import styles from './report.module.css';

/** The run whose folder the pictures of a report lie in. */
const RunContext = createContext<string | null>(null);

/**
 * Reports point to files of their own folder: pictures are asked of the workbench, links become their text. Markdown's
 * raw HTML is never drawn.
 */
const components: Components = {
  a: ({ children, href }) => (
    <span className={styles.file} title={href}>
      {children}
    </span>
  ),
  img: ({ alt, src }) => <Picture title={alt ?? ''} path={typeof src === 'string' ? src : ''} />,
};
const inCells: Components = { ...components, p: ({ children }) => <>{children}</> };

/** A picture of a run's report, from the run's own folder and from nowhere else. */
function Picture({ title, path }: { readonly title: string; readonly path: string }) {
  const { api } = useWorkbench();
  const runId = use(RunContext);
  const [url, setUrl] = useState<string | null>(null);
  const known = runId !== null && /^[\w.-][\w./-]*$/.test(path);
  useEffect(() => {
    if (!known) return;
    let made: string | null = null;
    let wanted = true;
    api.call('runs.image', { runId, path }).then(
      ({ type, base64 }) => {
        if (!wanted) return;
        const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
        made = URL.createObjectURL(new Blob([bytes], { type }));
        setUrl(made);
      },
      () => undefined,
    );
    return () => {
      wanted = false;
      if (made) URL.revokeObjectURL(made);
    };
  }, [api, runId, path, known]);
  if (url) return <img className={styles.image} src={url} alt={title} />;
  return (
    <span className={styles.picture}>
      <ImageIcon size={15} strokeWidth={1.75} aria-hidden />
      {t('runs.report.image', { title })}
    </span>
  );
}

interface ReportProps {
  readonly markdown: string;
  readonly runId?: string;
}

/** REPORT.md as a person reads it. */
export function Report({ markdown, runId }: ReportProps) {
  return (
    <RunContext value={runId ?? null}>
      <Text markdown={markdown} />
    </RunContext>
  );
}

function Text({ markdown }: { readonly markdown: string }) {
  return (
    <div className={styles.report}>
      {markdownBlocks(markdown).map((block, i) =>
        block.kind === 'text' ? (
          <Markdown key={nth('text', i)} components={components}>
            {block.text}
          </Markdown>
        ) : (
          <Table key={nth('table', i)} table={block} />
        ),
      )}
    </div>
  );
}

/** Parts of a text have no other name than their place. */
const nth = (kind: string, i: number) => `${kind}-${i}`;

function Table({ table: { header, rows, align } }: { readonly table: Extract<Block, { kind: 'table' }> }) {
  const cell = (text: string) => <Markdown components={inCells}>{text}</Markdown>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table is scrolled by key
    <section className={styles.tableBox} aria-label={t('runs.report.table')} tabIndex={0}>
      <table className={tables.table}>
        {header.some((text) => text !== '') && (
          <thead>
            <tr>
              {header.map((text, column) => (
                <th key={nth('column', column)} scope="col" data-align={align[column]}>
                  {cell(text)}
                </th>
              ))}
            </tr>
          </thead>
        )}
        <tbody>
          {rows.map((row, at) => (
            <tr key={nth('row', at)}>
              {row.map((text, column) => (
                <td key={nth('column', column)} data-align={align[column]}>
                  {cell(text)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
