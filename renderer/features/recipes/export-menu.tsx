import { BookOpen, Copy, Download, FileText, Table } from 'lucide-react';
import type { CallInput } from '../../../core/workbench/contract.ts';
import type { BookRecipeView } from '../../../core/workbench/contract-recipes.ts';
import { asContractError } from '../../api/errors.ts';
import { t } from '../../messages/index.ts';
import { useGalley, useWorkbench, type Workbench } from '../../state/context.ts';
import { shownPages } from '../../state/pages.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Menu } from '../../ui/menu.tsx';

type Format = CallInput<'recipes.text'>['format'];

async function copyRecipe(
  { store, api }: Workbench,
  pageNum: number,
  id: string,
  format: Format,
): Promise<void> {
  const { source, toast } = store.getState();
  try {
    const { text } = await api.call('recipes.text', { pageNum, source, id, format });
    await navigator.clipboard.writeText(text);
    toast(t('recipes.copied'));
  } catch (error) {
    toast(asContractError(error).message, { kind: 'error' });
  }
}

async function exportRecipes(
  { store, api }: Workbench,
  wish: Omit<CallInput<'recipes.export'>, 'source'>,
): Promise<void> {
  const { source, toast } = store.getState();
  try {
    const { folder, recipes } = await api.call('recipes.export', { ...wish, source });
    const reveal = async () => {
      const { opened, folder } = await api.call('app.reveal', { what: 'exports' });
      if (!opened) store.getState().toast(t('export.revealed', { folder }));
    };
    toast(t('recipes.exported', { count: recipes, folder }), {
      action: { title: t('export.reveal'), run: () => void reveal() },
    });
  } catch (error) {
    toast(asContractError(error).message, { kind: 'error' });
  }
}

/** What can be done with one recipe. */
export function RecipeMenu({
  recipe,
  pageNum,
}: {
  readonly recipe: BookRecipeView;
  readonly pageNum: number;
}) {
  const workbench = useWorkbench();
  const copy = (format: Format) => () => copyRecipe(workbench, pageNum, recipe.id, format);
  return (
    <Menu
      trigger={<IconButton icon={Copy} label={t('recipes.copy')} />}
      items={[
        {
          id: 'jsonld',
          title: t('recipes.copy.jsonld'),
          note: t('recipes.copy.jsonld.note'),
          icon: BookOpen,
          run: copy('jsonld'),
        },
        { id: 'markdown', title: t('recipes.copy.markdown'), icon: FileText, run: copy('markdown') },
        { id: 'csv', title: t('recipes.copy.csv'), icon: Table, run: copy('csv') },
      ]}
    />
  );
}

/** Recipes of the page, of the filtered pages, or of the book, into the exports folder. */
export function ExportRecipes() {
  const workbench = useWorkbench();
  const filtered = useGalley((state) => shownPages(state).length);
  const pageNum = useGalley((state) => state.pageNum);
  const readOnly = useGalley((state) => state.project?.readOnly ?? true);
  const item = (id: string, title: string, wish: Omit<CallInput<'recipes.export'>, 'source'>) => ({
    id,
    title,
    run: () => exportRecipes(workbench, wish),
  });
  const here = pageNum === null ? [] : [pageNum];
  const shown = () => shownPages(workbench.store.getState()).map((page) => page.pageNum);
  return (
    <Menu
      trigger={
        <Button icon={Download} disabled={readOnly}>
          {t('recipes.export')}
        </Button>
      }
      items={[
        item('page-jsonld', t('recipes.export.page.jsonld'), { format: 'jsonld', pageNums: here }),
        item('page-markdown', t('recipes.export.page.markdown'), { format: 'markdown', pageNums: here }),
        'line',
        {
          id: 'filtered',
          title: t('recipes.export.filtered.jsonld', { count: filtered }),
          run: () => exportRecipes(workbench, { format: 'jsonld', pageNums: shown() }),
        },
        'line',
        item('book-jsonld', t('recipes.export.book.jsonld'), { format: 'jsonld' }),
        item('book-markdown', t('recipes.export.book.markdown'), { format: 'markdown', per: 'recipe' }),
        item('book-csv', t('recipes.export.book.csv'), { format: 'csv' }),
      ]}
    />
  );
}
