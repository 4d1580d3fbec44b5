import { GalleyError } from '../errors/galley-error.ts';
import { type LabelMap, OUTSIDE } from '../labels/labels.ts';
import type { DatasetDict } from './dataset-dict.ts';
import type { LabelledPage } from './labelled-page.ts';

/** Counts of one split. Tokens are words here, as in the origin's reports. */
export interface SplitDescription {
  readonly pages: number;
  readonly tokens: number;
  /** Words by label name, every label of the map present. */
  readonly perLabel: Readonly<Record<string, number>>;
  /** Words without a label. */
  readonly undecided: number;
  /** Share of decided words whose label is not O, 0..1; 0 where none is decided. */
  readonly nonORatio: number;
  /** Pages whose decided words are all O. */
  readonly pagesAllO: number;
  /** Pages without a single decided word. */
  readonly pagesUndecided: number;
  readonly pagesWithImage: number;
}

/** Something to know before training: an error stops it, a warning does not. */
export interface Finding {
  readonly severity: 'error' | 'warning';
  readonly message: string;
}

export interface DatasetDescription {
  readonly splits: Readonly<Record<string, SplitDescription>>;
  readonly findings: readonly Finding[];
}

/** A label with fewer words than this to learn from is named in a warning. */
const SCARCE = 10;
/** Above this share of O a model that says nothing but O looks good. */
const ALMOST_ALL_O = 0.98;
const SHOWN_ERRORS = 5;

/** Counts of pages. @throws GalleyError what reading a page throws. */
export function describePages(pages: Iterable<LabelledPage>, labelMap: LabelMap): SplitDescription {
  const counter = new Counter(labelMap);
  for (const page of pages) counter.add(page);
  return counter.result();
}

/**
 * Reads every page of a dataset once and says what stands in the way of training: unreadable pages, an empty split,
 * labels that are missing or scarce, pages of nothing but O, one page in two splits.
 */
export function describeDataset(dataset: DatasetDict): DatasetDescription {
  const findings: Finding[] = [];
  const splits: Record<string, SplitDescription> = {};
  const seenIn = new Map<number, string>();
  const shared = new Map<string, number[]>();
  for (const [name, split] of dataset.splits) {
    const counter = new Counter(dataset.labelMap);
    const faults: string[] = [];
    for (let i = 0; i < split.length; i++) {
      try {
        const page = split.page(i);
        counter.add(page);
        const other = seenIn.get(page.pageNum);
        if (other === undefined) seenIn.set(page.pageNum, name);
        else if (other !== name)
          shared.set(`${other} and ${name}`, [...(shared.get(`${other} and ${name}`) ?? []), page.pageNum]);
      } catch (error) {
        if (!(error instanceof GalleyError)) throw error;
        faults.push(error.where ? `${error.where}: ${error.message}` : error.message);
      }
    }
    splits[name] = counter.result();
    if (faults.length)
      findings.push({ severity: 'error', message: listed(`${name}: pages that cannot be used`, faults) });
  }
  for (const [pair, pages] of shared)
    findings.push({
      severity: 'warning',
      message: listed(`the same pages are in ${pair}`, pages.map(String)),
    });
  findings.push(...splitFindings(dataset, splits));
  for (const notice of dataset.notices.filter(({ pageNum }) => pageNum === null))
    findings.push({ severity: 'warning', message: notice.message });
  const missing = dataset.notices
    .filter(({ pageNum }) => pageNum !== null)
    .map(({ pageNum }) => `${pageNum}`);
  if (missing.length)
    findings.push({ severity: 'warning', message: listed('pages whose image is missing', missing) });
  return { splits, findings };
}

function splitFindings(dataset: DatasetDict, splits: Record<string, SplitDescription>): Finding[] {
  const findings: Finding[] = [];
  const warn = (message: string) => findings.push({ severity: 'warning', message });
  const train = dataset.findSplit('train');
  const validation = dataset.findSplit('validation');
  if (!train || train.length === 0)
    findings.push({
      severity: 'error',
      message: train
        ? 'the train split is empty'
        : `no train split, found ${[...dataset.splits.keys()].join(', ')}`,
    });
  if (!validation)
    warn('no validation split: no score while training, and the last checkpoint is kept as the best');
  else if (validation.length === 0)
    warn(
      'the validation split is empty: no score while training, and the last checkpoint is kept as the best',
    );
  for (const [name, split] of Object.entries(splits)) {
    const decided = split.tokens - split.undecided;
    if (split.pages === 0) continue;
    if (decided === 0) warn(`${name}: no word has a label`);
    else if (split.nonORatio === 0) warn(`${name}: every word is O`);
    else if (split.nonORatio < 1 - ALMOST_ALL_O)
      warn(`${name}: ${(100 * (1 - split.nonORatio)).toFixed(1)} % of words are O`);
    if (split.pagesAllO > 0 && split.pagesAllO < split.pages)
      warn(`${name}: ${split.pagesAllO} of ${split.pages} pages hold nothing but O`);
  }
  const learnt = train && splits[train.name];
  if (learnt && learnt.tokens > learnt.undecided) {
    const of = (keep: (count: number) => boolean) =>
      Object.entries(learnt.perLabel).filter(([label, count]) => label !== OUTSIDE && keep(count));
    const absent = of((count) => count === 0).map(([label]) => label);
    const scarce = of((count) => count > 0 && count < SCARCE).map(
      ([label, count]) => `${label} (${count} words)`,
    );
    if (absent.length) warn(`train: no word of ${absent.join(', ')}, so the model cannot learn it`);
    if (scarce.length) warn(`train: hardly any word of ${scarce.join(', ')}`);
    const scored = validation && splits[validation.name];
    const unscored = of((count) => count > 0).filter(
      ([label]) => scored?.pages && scored.perLabel[label] === 0,
    );
    if (unscored.length)
      warn(`validation: no word of ${unscored.map(([label]) => label).join(', ')}, so it is not scored`);
  }
  return findings;
}

function listed(what: string, items: readonly string[]): string {
  const more = items.length - SHOWN_ERRORS;
  return `${what} (${items.length}): ${items.slice(0, SHOWN_ERRORS).join('; ')}${more > 0 ? '; …' : ''}`;
}

class Counter {
  readonly #labelMap: LabelMap;
  readonly #perLabel: number[];
  #pages = 0;
  #tokens = 0;
  #undecided = 0;
  #pagesAllO = 0;
  #pagesUndecided = 0;
  #pagesWithImage = 0;

  constructor(labelMap: LabelMap) {
    this.#labelMap = labelMap;
    this.#perLabel = labelMap.names.map(() => 0);
  }

  add(page: LabelledPage): void {
    this.#pages++;
    this.#tokens += page.words.length;
    // Asking for imageBytes would read every image of the dataset.
    if (page.imagePath !== null || 'imageBytes' in page) this.#pagesWithImage++;
    let decided = 0;
    let outside = 0;
    for (const id of page.labels) {
      if (id < 0) continue;
      decided++;
      this.#perLabel[id]++;
      if (id === this.#labelMap.outsideId) outside++;
    }
    this.#undecided += page.labels.length - decided;
    if (decided === 0) this.#pagesUndecided++;
    else if (outside === decided) this.#pagesAllO++;
  }

  result(): SplitDescription {
    const { names, outsideId } = this.#labelMap;
    const decided = this.#tokens - this.#undecided;
    const outside = this.#perLabel[outsideId] ?? 0;
    return {
      pages: this.#pages,
      tokens: this.#tokens,
      perLabel: Object.fromEntries(names.map((name, id) => [name, this.#perLabel[id]])),
      undecided: this.#undecided,
      nonORatio: decided === 0 ? 0 : (decided - outside) / decided,
      pagesAllO: this.#pagesAllO,
      pagesUndecided: this.#pagesUndecided,
      pagesWithImage: this.#pagesWithImage,
    };
  }
}
