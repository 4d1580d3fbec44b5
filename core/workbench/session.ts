import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { GalleyError } from '../errors/galley-error.ts';
import { readJson, writeJsonWhole } from '../files/files.ts';
import type { CallInput, PageSummary, ProjectInfo } from './contract.ts';
import { GoldImport } from './gold-import.ts';
import { highconfMembers, Qualities, reasonsOf } from './highconf-state.ts';
import { Journal } from './journal.ts';
import { findModels, modelInfo, type ProjectModel } from './models.ts';
import { PageBook } from './page-book.ts';
import { PageImages } from './page-images.ts';
import { Pages } from './pages.ts';
import { PredictionStore } from './prediction-store.ts';
import { Project } from './project.ts';

const STATE_FILE = 'window-state.json';
/** Measuring every page takes a second or two of the thread that answers the window: first it shows its page. */
const MEASURE_AFTER_MS = 2500;

/** An open project with everything that was read of it. */
export class Session {
  readonly project: Project;
  readonly images = new PageImages();
  readonly journal: Journal;
  pages: Pages;
  qualities: Qualities;
  models: readonly ProjectModel[] = [];
  /** Reports pages whose summaries became other ones by themselves. */
  onPagesChanged: (pages: PageSummary[]) => void = () => {};
  /** The book that the journal counts words by; another one after a reload. */
  readonly #holder: { book: PageBook };
  #goldImport: GoldImport | null = null;
  #closed = false;
  #generation = 0;

  private constructor(project: Project, book: PageBook, journal: Journal, holder: { book: PageBook }) {
    this.project = project;
    this.journal = journal;
    this.#holder = holder;
    this.pages = new Pages(book, journal);
    this.qualities = new Qualities(book, journal);
  }

  /**
   * Opens a folder as a project and reads its pages.
   * @throws GalleyError as `Project.open` and `PageBook.open`; the lock is given back then
   */
  static async open(folder: string): Promise<Session> {
    const project = await Project.open(folder);
    try {
      const book = project.hasDataset ? await PageBook.open(project.places.full) : PageBook.empty;
      const holder = { book };
      const session = new Session(project, book, await openJournal(project, holder), holder);
      await session.refreshModels();
      await session.refreshHighconf(MEASURE_AFTER_MS);
      return session;
    } catch (error) {
      project.close();
      throw error;
    }
  }

  get readOnlyReason(): string | null {
    return this.project.readOnlyReason ?? this.journal.damage;
  }

  /** @throws GalleyError `usage` where the project is open for reading only */
  requireWritable(): void {
    const reason = this.readOnlyReason;
    if (reason)
      throw new GalleyError('usage', `this project is open for reading only: ${reason}`, {
        hint: 'close the other window, and open the project again',
      });
  }

  info(): ProjectInfo {
    const { project, pages, models } = this;
    const { book, journal } = pages;
    const waiting = project.pagesToImport;
    return {
      id: project.id,
      name: project.name,
      folder: project.folder,
      readOnly: this.readOnlyReason !== null,
      readOnlyReason: this.readOnlyReason,
      pages: book.entries.size,
      splits: { ...book.splits },
      labels: book.labelMap.names.map((name, id) => ({ id, name, ...book.labelMap.styleOf(id) })),
      models: models.map(modelInfo),
      warnings: [
        ...book.warnings,
        ...(journal.damage ? [journal.damage] : []),
        ...(book.entries.size === 0
          ? [
              waiting
                ? 'the pages of this project are not imported yet'
                : 'there are no pages in this project yet',
            ]
          : []),
      ],
      goldWaiting: [...book.entries.values()].filter((e) => e.hasGold && journal.share(e.pageNum) === 0)
        .length,
    };
  }

  /** Reads the pages again after the dataset was written anew. */
  async reloadPages(): Promise<void> {
    const { project } = this;
    const book = project.hasDataset ? await PageBook.open(project.places.full) : PageBook.empty;
    const { predictions } = this.pages;
    this.#holder.book = book;
    this.pages = new Pages(book, this.journal);
    this.pages.predictions = predictions;
    this.qualities = new Qualities(book, this.journal);
    this.images.clear();
    await this.refreshHighconf();
  }

  /** Takes gold labels over into the journal. @throws GalleyError as `Journal.apply` */
  importGold(source: CallInput<'annotations.import'>): ReturnType<GoldImport['run']> {
    this.#goldImport ??= new GoldImport(this.journal);
    return this.#goldImport.run(this.pages.book, source);
  }

  /** Finds the models anew; keeps the one whose predictions are shown, or takes the best at hand. */
  async refreshModels(): Promise<void> {
    this.models = await findModels(this.project.places);
    const shown = this.pages.predictions?.modelId ?? (await this.#rememberedModel());
    const model = this.models.find((m) => m.id === shown) ?? this.models[0];
    if (model) await this.showModel(model);
    else this.pages.predictions = null;
  }

  /** Shows the predictions of a model from now on. */
  async showModel(model: ProjectModel): Promise<PredictionStore> {
    const folder = join(this.project.places.predictions, model.id);
    const readOnly = this.project.readOnlyReason !== null;
    const store = await PredictionStore.open(model.id, folder, model.dir, readOnly);
    this.pages.predictions = store;
    if (!readOnly)
      await writeJsonWhole(join(this.project.places.cache, STATE_FILE), { model: model.id }).catch(() => {});
    return store;
  }

  /** A model by its id, or the one that is shown. @throws GalleyError `not-found` */
  model(id?: string): ProjectModel {
    const wanted = id ?? this.pages.predictions?.modelId ?? this.models[0]?.id;
    const found = this.models.find((m) => m.id === wanted);
    if (found) return found;
    throw new GalleyError('not-found', id ? `there is no model "${id}"` : 'there is no trained model yet', {
      hint: 'train one first: it takes a few minutes on the demo',
    });
  }

  /**
   * Reads which pages are in the high-confidence set, then measures all pages in the background for the reasons.
   * @param after milliseconds until the measuring begins
   */
  async refreshHighconf(after = 0): Promise<void> {
    const members = await highconfMembers(this.project.places.highconf);
    this.pages.highconf = { members, reasons: this.pages.highconf.reasons };
    const generation = ++this.#generation;
    const stopped = () => this.#closed || generation !== this.#generation;
    const measured = setTimeout(after, undefined, { ref: false }).then(() => this.qualities.all(stopped));
    void measured.then(
      (qualities) => {
        if (stopped()) return;
        const before = this.pages.highconf.reasons;
        const reasons = reasonsOf(qualities);
        this.pages.highconf = { members, reasons };
        const changed = [...this.pages.book.entries.keys()].filter(
          (n) => !members.has(n) && String(before.get(n) ?? '') !== String(reasons.get(n) ?? ''),
        );
        if (changed.length > 0) this.onPagesChanged(changed.map((n) => this.pages.summary(n)));
      },
      () => {},
    );
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.journal.close();
    this.project.close();
  }

  async #rememberedModel(): Promise<unknown> {
    const stored = await readJson(join(this.project.places.cache, STATE_FILE)).catch(() => null);
    return (stored as { model?: unknown } | null)?.model;
  }
}

function openJournal(project: Project, holder: { book: PageBook }): Promise<Journal> {
  return Journal.open(project.places.annotations, {
    wordCount: (pageNum) => holder.book.entries.get(pageNum)?.words,
    labels: () => holder.book.labelMap.size,
    readOnly: () => project.readOnlyReason,
  });
}
