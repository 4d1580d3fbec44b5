import { join } from 'node:path';
import { readJson, writeJsonWhole } from '../../files/files.ts';
import { type RuleSettings, ruleSettingsSchema } from '../../weak-labels/rule-settings.ts';
import type { Context, Handlers } from '../context.ts';
import type { Session } from '../session.ts';

const fileOf = (session: Session) => join(session.project.folder, 'rule-weights.json');

/** The weights the project's pages were labelled with; the rules as made where none were saved. */
async function savedWeights(session: Session): Promise<RuleSettings> {
  const parsed = ruleSettingsSchema.safeParse(await readJson(fileOf(session)).catch(() => ({})));
  return parsed.success ? parsed.data : {};
}

/** Without the rules that count as made. */
const changedOnly = (weights: RuleSettings): RuleSettings =>
  Object.fromEntries(Object.entries(weights).filter(([, factor]) => factor !== 1));

export function ruleCalls(context: Context): Handlers {
  return {
    'rules.inspect': async ({ weights }) => {
      const session = context.session();
      const saved = await savedWeights(session);
      const { journal, project } = session;
      const tried = changedOnly(weights ?? saved);
      const job = context.engine.run(
        'inspectRules',
        {
          datasetDir: project.places.full,
          saved,
          weights: tried,
          decided: new Map(journal.pages().map((n) => [n, journal.gold(n)!])),
        },
        () => {},
      );
      const found = await job.done;
      return structuredClone({ ...found, saved, weights: tried }) as never;
    },
    'rules.apply': ({ weights }) => {
      const session = context.session();
      session.requireWritable();
      context.requireNoTraining('the labels');
      const kept = changedOnly(weights);
      const jobId = context.board.start({
        kind: 'relabel',
        title: 'Label the pages anew',
        what: 'labelling pages',
        run: async (handle) => {
          const job = context.engine.run(
            'relabel',
            { datasetDir: session.project.places.full, weights: kept },
            (event) => {
              if (event.type === 'progress') handle.progress(event);
              else if (event.type === 'warning') handle.warn(event.message);
            },
          );
          handle.attach(job.tell);
          await job.done;
          await writeJsonWhole(fileOf(session), kept);
          await session.reloadPages();
          context.emit('pages.changed', { pages: session.pages.summaries() });
        },
      });
      return { jobId };
    },
  };
}
