import { Clock, Thermometer, Users } from 'lucide-react';
import { memo, useDeferredValue, useEffect, useMemo, useRef } from 'react';
import type { RecipeGroup } from '../../../core/workbench/contract.ts';
import { t } from '../../messages/index.ts';
import { useGalley, useGalleyParts, useWorkbench } from '../../state/context.ts';
import { Button } from '../../ui/button.tsx';
import { ConfidenceChip } from '../../ui/chip.tsx';
import { cx } from '../../ui/class-names.ts';
import { Empty, Failure } from '../../ui/empty.tsx';
import styles from './parse-view.module.css';

type Part = RecipeGroup['ingredients'][number];

/** The page as recipes: every part lights its words on the page, and the word pointed at raises its part here. */
export function ParseView() {
  const { store } = useWorkbench();
  const { pageNum, revision, model, source, latest, error } = useGalleyParts((state) => ({
    pageNum: state.detail?.summary.pageNum,
    revision: state.detail?.revision,
    model: state.detail?.predicted,
    source: state.source,
    latest: state.recipes,
    error: state.recipesError,
  }));
  const { loadRecipes, setSpotlight } = store.getState();
  // A page of recipes may take a moment to draw; the next label key must not wait for it.
  const recipes = useDeferredValue(latest);
  // biome-ignore lint/correctness/useExhaustiveDependencies: recipes change with the labels, not with the window
  useEffect(() => {
    void loadRecipes();
    return () => setSpotlight(null);
  }, [pageNum, source, revision, model]);

  if (error)
    return (
      <Failure title={t('parse.failed')} error={error}>
        <Button onClick={() => void loadRecipes()}>{t('error.retry')}</Button>
      </Failure>
    );
  if (pageNum === undefined || recipes?.key !== `${pageNum}/${source}`) return <div aria-busy />;
  const sourceName = t(`source.${source}`).toLowerCase();
  if (recipes.groups.length === 0)
    return <Empty title={t('parse.none.title')} text={t('parse.none.text', { source: sourceName })} />;
  return (
    <div className={styles.view} onPointerLeave={() => setSpotlight(null)}>
      {recipes.groups.map((recipe) => (
        <Recipe key={recipe.wordIndices[0] ?? recipe.title?.wordIndices[0] ?? 0} recipe={recipe} />
      ))}
      <p className={styles.from}>{t('parse.from', { source: sourceName })}</p>
    </div>
  );
}

const Recipe = memo(function Recipe({ recipe }: { readonly recipe: RecipeGroup }) {
  return (
    <article className={styles.recipe}>
      {recipe.continued && <p className={styles.continued}>{t('parse.continued')}</p>}
      <h2 className={styles.title}>
        {recipe.title ? (
          <Linked part={recipe.title} />
        ) : (
          <span className={styles.untitled}>{recipe.continued ? '' : t('parse.untitled')}</span>
        )}
      </h2>
      <Facts recipe={recipe} />
      {recipe.ingredients.length > 0 && (
        <section>
          <h3 className={styles.heading}>{t('parse.ingredients')}</h3>
          <ul className={styles.ingredients}>
            {recipe.ingredients.map((part) => (
              <li key={part.wordIndices[0]}>
                <Linked part={part} />
              </li>
            ))}
          </ul>
        </section>
      )}
      {recipe.steps.length > 0 && (
        <section>
          <h3 className={styles.heading}>{t('parse.steps')}</h3>
          <ol className={styles.steps}>
            {recipe.steps.map((part) => (
              <li key={part.wordIndices[0]}>
                <Linked part={part} />
              </li>
            ))}
          </ol>
        </section>
      )}
    </article>
  );
});

/** Times, temperatures and servings on one line. */
function Facts({ recipe }: { readonly recipe: RecipeGroup }) {
  const facts = [
    { parts: recipe.servings, icon: Users, title: t('parse.servings') },
    { parts: recipe.times, icon: Clock, title: t('parse.times') },
    { parts: recipe.temperatures, icon: Thermometer, title: t('parse.temperatures') },
  ].filter(({ parts }) => parts.length > 0);
  if (facts.length === 0) return null;
  return (
    <ul className={styles.facts}>
      {facts.map(({ parts, icon: Icon, title }) => (
        <li key={title} title={title}>
          <Icon size={14} strokeWidth={1.75} aria-label={title} />
          {parts.map((part) => (
            <Linked key={part.wordIndices[0]} part={part} />
          ))}
        </li>
      ))}
    </ul>
  );
}

/** A piece of text that is also a place on the page. */
function Linked({ part }: { readonly part: Part }) {
  const { store } = useWorkbench();
  const words = useMemo(() => new Set(part.wordIndices), [part]);
  const pointed = useGalley((state) => state.pointed !== null && words.has(state.pointed));
  const selected = useGalley(
    (state) => state.selection.size > 0 && part.wordIndices.every((w) => state.selection.has(w)),
  );
  const element = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (pointed) element.current?.scrollIntoView({ block: 'nearest' });
  }, [pointed]);
  const { setSpotlight, select, reveal } = store.getState();
  return (
    <button
      ref={element}
      type="button"
      className={cx(styles.part, pointed && styles.pointed, selected && styles.selected)}
      onPointerEnter={() => setSpotlight(part.wordIndices)}
      onPointerLeave={() => setSpotlight(null)}
      onFocus={() => setSpotlight(part.wordIndices)}
      onBlur={() => setSpotlight(null)}
      onClick={() => {
        select(part.wordIndices, part.wordIndices[0]);
        reveal(part.wordIndices);
      }}
    >
      <span>{part.text}</span>
      {part.confidence !== null && <ConfidenceChip value={part.confidence} />}
    </button>
  );
}
