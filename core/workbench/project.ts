import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { writeJsonWhole } from '../files/files.ts';
import { insideFolder } from './inside.ts';
import { ProjectLock } from './lock.ts';
import { isDataset, PROJECT_FILE, type ProjectFile, readProjectFile } from './project-file.ts';
import { folderId } from './user-settings.ts';

/** Absolute folders of a project, all of them inside it. */
export type Places = Readonly<
  Record<
    'full' | 'highconf' | 'models' | 'runs' | 'annotations' | 'reports' | 'exports' | 'predictions' | 'cache',
    string
  >
>;

/** An open project folder. Nothing outside it is ever written. */
export class Project {
  readonly id: string;
  readonly folder: string;
  readonly file: ProjectFile;
  readonly places: Places;
  readonly #lock: ProjectLock;

  private constructor(folder: string, file: ProjectFile, lock: ProjectLock) {
    this.id = folderId(folder);
    this.folder = folder;
    this.file = file;
    this.places = placesOf(folder, file);
    this.#lock = lock;
  }

  /**
   * Opens a project folder, or makes one of a folder that holds datasets or pages. Where another workbench has it open
   * it is read-only.
   * @throws GalleyError as {@link readProjectFile}; `usage` where the file names a path outside the folder
   */
  static async open(folder: string): Promise<Project> {
    const root = resolve(folder);
    const { file, stored } = await readProjectFile(root);
    placesOf(root, file);
    const lock = ProjectLock.take(root);
    try {
      if (!stored && lock.refusal === null) await writeJsonWhole(join(root, PROJECT_FILE), file);
      return new Project(root, file, lock);
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  get name(): string {
    return this.file.name;
  }

  get readOnlyReason(): string | null {
    if (this.#lock.refusal !== null) return this.#lock.refusal;
    return this.#lock.isHeld() ? null : 'another window has taken over this project';
  }

  /** Whether this workbench could write if it opened the project again. */
  canTakeOver(): boolean {
    return this.#lock.isFreeNow();
  }

  /** Whether another workbench that is alive writes here. */
  isHeldElsewhere(): boolean {
    return this.#lock.isHeldElsewhere();
  }

  get hasDataset(): boolean {
    return isDataset(this.places.full);
  }

  get hasHighConfidence(): boolean {
    return isDataset(this.places.highconf);
  }

  /** Pages that wait to be imported: no dataset yet, but a file of pages. */
  get pagesToImport(): { pages: string; gold: string | null } | null {
    const { pages, gold } = this.file;
    if (this.hasDataset || pages === undefined) return null;
    const at = insideFolder(this.folder, pages);
    if (!existsSync(at)) return null;
    return { pages: at, gold: gold === undefined ? null : insideFolder(this.folder, gold) };
  }

  close(): void {
    this.#lock.release();
  }
}

/** Where things of a project are. @throws GalleyError `usage` for a path outside its folder */
export function placesOf(folder: string, file: ProjectFile): Places {
  const at = (path: string) => insideFolder(folder, path);
  return {
    full: at(file.full),
    highconf: at(file.highconf),
    models: at(file.models),
    runs: at(file.runs),
    annotations: at(file.annotations),
    reports: at(file.reports),
    exports: at(file.exports),
    predictions: at(file.predictions),
    cache: at('.galley-cache'),
  };
}
