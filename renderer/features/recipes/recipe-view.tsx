import { useDeferredValue, useEffect, useState } from 'react';
import type { ContractError } from '../../../core/workbench/contract.ts';
import type { BookRecipeView } from '../../../core/workbench/contract-recipes.ts';
import { asContractError } from '../../api/errors.ts';
import { t } from '../../messages/index.ts';
import { useGalleyParts, useWorkbench } from '../../state/context.ts';
import { Empty, Failure } from '../../ui/empty.tsx';
import { ExportRecipes, RecipeMenu } from './export-menu.tsx';
import { amountText, durationText, pagesText } from './format.ts';
import { Linked } from './linked.tsx';
import styles from './recipes.module.css';

/** The recipes on the open page, whole and set like a page of a cookbook, each line tied to its words on the scan. */
export function RecipeView() {
  const { api, store } = useWorkbench();
  const { pageNum, revision, model, source } = useGalleyParts((state) => ({
    pageNum: state.detail?.summary.pageNum,
    revision: state.detail?.revision,
    model: state.detail?.predicted,
    source: state.source,
  }));
  const [latest, setLatest] = useState<{ key: string; recipes: readonly BookRecipeView[] } | null>(null);
  const [error, setError] = useState<ContractError | null>(null);
  const shown = useDeferredValue(latest);
  const key = `${pageNum}/${source}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: recipes change with the labels
  useEffect(() => {
    if (pageNum === undefined) return;
    let wanted = true;
    api.call('recipes.list', { pageNum, source }).then(
      ({ recipes }) => {
        if (!wanted) return;
        setLatest({ key, recipes });
        setError(null);
      },
      (failure: unknown) => wanted && setError(asContractError(failure)),
    );
    return () => {
      wanted = false;
      store.getState().setSpotlight(null);
    };
  }, [api, pageNum, source, revision, model]);

  if (error) return <Failure title={t('recipes.failed')} error={error} />;
  if (pageNum === undefined || shown?.key !== key) return <div aria-busy />;
  const sourceName = t(`source.${source}`).toLowerCase();
  return (
    <div className={styles.view} onPointerLeave={() => store.getState().setSpotlight(null)}>
      <div className={styles.bar}>
        <span>{t('recipes.from', { source: sourceName })}</span>
        <ExportRecipes />
      </div>
      {shown.recipes.length === 0 && (
        <Empty title={t('recipes.none.title')} text={t('recipes.none.text', { source: sourceName })} />
      )}
      {shown.recipes.map((recipe) => (
        <Recipe key={recipe.id} recipe={recipe} pageNum={pageNum} />
      ))}
    </div>
  );
}

interface RecipeProps {
  readonly recipe: BookRecipeView;
  readonly pageNum: number;
}

function Recipe({ recipe, pageNum }: RecipeProps) {
  return (
    <article className={styles.recipe}>
      <header className={styles.header}>
        <h2 className={styles.title}>
          {recipe.title ? (
            <Linked line={recipe.title} pageNum={pageNum}>
              {recipe.name ?? recipe.title.text}
            </Linked>
          ) : (
            <em>{t('recipes.untitled')}</em>
          )}
        </h2>
        <RecipeMenu recipe={recipe} pageNum={pageNum} />
      </header>
      <p className={styles.pages}>
        {t('recipes.pages', { count: recipe.pages.length, pages: pagesText(recipe.pages) })}
      </p>
      <Facts recipe={recipe} pageNum={pageNum} />
      {recipe.ingredients.length > 0 && (
        <section>
          <h3 className={styles.heading}>{t('recipes.ingredients')}</h3>
          <ul className={styles.ingredients}>
            {recipe.ingredients.map((line) => (
              <Ingredient key={keyOf(line)} line={line} pageNum={pageNum} />
            ))}
          </ul>
        </section>
      )}
      {recipe.steps.length > 0 && (
        <section>
          <h3 className={styles.heading}>{t('recipes.method')}</h3>
          <ol className={styles.steps}>
            {recipe.steps.map((line) => (
              <li key={keyOf(line)}>
                <Linked line={line} pageNum={pageNum}>
                  {line.text}
                </Linked>
              </li>
            ))}
          </ol>
        </section>
      )}
    </article>
  );
}

const keyOf = ({ refs }: BookRecipeView['steps'][number]) => `${refs[0]?.pageNum}/${refs[0]?.words[0]}`;

/** The line as printed, and below it what was read of it. */
function Ingredient({ line, pageNum }: { line: BookRecipeView['ingredients'][number]; pageNum: number }) {
  const { parsed } = line;
  const amount = amountText(parsed);
  const more = [
    parsed.note,
    parsed.optional ? t('recipes.optional') : null,
    ...parsed.alternatives.map((what) => t('recipes.or', { what })),
  ].filter(Boolean);
  return (
    <li>
      <Linked line={line} pageNum={pageNum}>
        {line.text}
        <small className={parsed.doubt ? styles.doubt : styles.read}>
          {parsed.doubt
            ? t(`recipes.doubt.${parsed.doubt}`)
            : [amount, parsed.name, ...more].filter(Boolean).join(' · ')}
        </small>
      </Linked>
    </li>
  );
}

function Facts({ recipe, pageNum }: RecipeProps) {
  const facts = [
    { title: t('recipes.yield'), lines: recipe.yields, shown: (k: number) => recipe.yields[k].text },
    {
      title: t('recipes.times'),
      lines: recipe.times,
      shown: (k: number) => durationText(recipe.times[k]) ?? recipe.times[k].text,
    },
    {
      title: t('recipes.heat'),
      lines: recipe.temperatures,
      shown: (k: number) => recipe.temperatures[k].text,
    },
  ].filter(({ lines }) => lines.length > 0);
  if (facts.length === 0) return null;
  return (
    <dl className={styles.facts}>
      {facts.map(({ title, lines, shown }) => (
        <div key={title}>
          <dt>{title}</dt>
          <dd>
            {lines.map((line, k) => (
              <Linked key={keyOf(line)} line={line} pageNum={pageNum}>
                {shown(k)}
              </Linked>
            ))}
          </dd>
        </div>
      ))}
    </dl>
  );
}
