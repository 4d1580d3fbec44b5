import type { Context, Handlers } from '../context.ts';

export function pageCalls(context: Context): Handlers {
  const pages = () => context.session().pages;
  return {
    'pages.list': () => ({ pages: context.current()?.pages.summaries() ?? [] }),
    'pages.search': ({ text }) => ({ pageNums: pages().book.search(text) }),
    'pages.get': ({ pageNum }) => pages().detail(pageNum),
    'pages.recipes': ({ pageNum, source }) => ({ recipes: pages().recipes(pageNum, source) }),
    'pages.predictionsJson': async ({ pageNum }) => {
      pages().book.entry(pageNum);
      return { json: (await pages().predictions?.json(pageNum)) ?? null };
    },
    'annotations.apply': async ({ deltas }) => {
      const session = context.session();
      const answer = await session.journal.apply(deltas);
      context.emit('pages.changed', {
        pages: answer.revisions.map(({ pageNum }) => session.pages.summary(pageNum)),
      });
      return answer;
    },
    'annotations.import': async (input) => {
      const session = context.session();
      session.requireWritable();
      const { pages, ...result } = await session.importGold(input);
      if (pages.length > 0) {
        context.emit('pages.changed', { pages: pages.map((n) => session.pages.summary(n)) });
        context.emit('project.changed', { project: session.info() });
      }
      return { pages: pages.length, ...result };
    },
    'annotations.history': ({ limit }) => ({ deltas: context.session().journal.history(limit) }),
  };
}
