import { Image } from 'lucide-react';
import Markdown, { type Components } from 'react-markdown';
import { t } from '../../messages/index.ts';
import tables from '../../ui/data-table.module.css';
import { type Block, markdownBlocks } from './markdown.ts';
import styles from './report.module.css';

/**
 * Reports point to files of their own folder, which a window cannot reach: links become their text, pictures their
 * title. Markdown's raw HTML is never drawn.
 */
const components: Components = {
  a: ({ children, href }) => (
    <span className={styles.file} title={href}>
      {children}
    </span>
  ),
  img: ({ alt }) => (
    <span className={styles.picture}>
      <Image size={15} strokeWidth={1.75} aria-hidden />
      {t('runs.report.image', { title: alt ?? '' })}
    </span>
  ),
};
const inCells: Components = { ...components, p: ({ children }) => <>{children}</> };

/** REPORT.md as a person reads it. */
export function Report({ markdown }: { readonly markdown: string }) {
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
