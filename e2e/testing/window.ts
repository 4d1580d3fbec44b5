import { expect as anyExpect, type Locator, type Page } from '@playwright/test';

/** The bench and the pictures use this window outside of a test, where the configured limit is not known. */
const expect = anyExpect.configure({ timeout: 60_000 });

interface Box {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}
/** What the window shows of its canvas to tests (renderer/canvas/page-canvas.tsx). */
interface Canvas {
  readonly camera: { readonly scale: number; readonly x: number; readonly y: number };
  readonly picture: unknown;
  wordOnScreen(word: number): Box | null;
}
type WithCanvas = { galleyCanvas?: Canvas };

export type Area = 'Pages' | 'Review' | 'Train' | 'High-conf.' | 'Runs' | 'Settings';

/** A workbench's window as a person meets it: by roles and names. */
export class GalleyWindow {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Opens the address that `galley serve` printed, and waits for the first page of the project. */
  async goto(address: string): Promise<void> {
    await this.page.goto(address);
    await this.pageShown();
  }

  /** The page on the canvas with its words and scan. */
  async pageShown(pageNum?: number): Promise<void> {
    await expect(this.heading).toContainText(
      pageNum === undefined ? /Page \d+/ : new RegExp(`Page ${pageNum}\\b`),
    );
    await expect(this.words.first()).toBeAttached();
    if (pageNum !== undefined)
      await expect(this.surface).toHaveAccessibleName(new RegExp(`^Page ${pageNum},`));
  }

  /** The scan of the page is drawn, not only its paper. */
  async scanShown(): Promise<void> {
    await expect
      .poll(() => this.page.evaluate(() => Boolean((globalThis as WithCanvas).galleyCanvas?.picture)))
      .toBe(true);
  }

  get heading(): Locator {
    return this.page.getByRole('heading', { level: 1 });
  }

  get list(): Locator {
    return this.page.getByRole('listbox', { name: 'Pages of this project' });
  }

  get rows(): Locator {
    return this.list.getByRole('option');
  }

  row(pageNum: number): Locator {
    return this.list.getByRole('option', { name: new RegExp(`^Page ${pageNum}(\\.|$)`) });
  }

  get search(): Locator {
    return this.page.getByRole('searchbox', { name: 'Search words or page number' });
  }

  /** The surface over the canvas, which is a list box of the page's words. */
  get surface(): Locator {
    return this.page.locator('[data-canvas]');
  }

  get words(): Locator {
    return this.surface.getByRole('option');
  }

  /** What is read out of a word: "flour: Ingredient line, 97 %". */
  word(index: number): Locator {
    return this.surface.locator(`#word-${index}`);
  }

  get selected(): Locator {
    return this.surface.locator('[role="option"][aria-selected="true"]');
  }

  get panel(): Locator {
    return this.page.getByRole('complementary', { name: 'Side panel' });
  }

  /** Along the bottom: what runs. */
  get jobs(): Locator {
    return this.page.getByRole('region', { name: 'Jobs' });
  }

  async show(area: Area): Promise<void> {
    await this.page
      .getByRole('navigation', { name: 'Work areas' })
      .getByRole('button', { name: area })
      .click();
  }

  async source(name: 'Weak' | 'Gold' | 'Predicted' | 'Diff'): Promise<void> {
    await this.page.getByRole('group', { name: 'Label source' }).getByRole('button', { name }).click();
  }

  async openPage(pageNum: number): Promise<void> {
    await this.row(pageNum).click();
    await this.pageShown(pageNum);
  }

  async camera(): Promise<Canvas['camera']> {
    return this.page.evaluate(() => {
      const { scale, x, y } = (globalThis as WithCanvas).galleyCanvas!.camera;
      return { scale, x, y };
    });
  }

  /** Where a word is in the window, CSS pixels. */
  async boxOf(word: number): Promise<Box> {
    const [box, surface] = await Promise.all([
      this.page.evaluate(
        (index) => (globalThis as WithCanvas).galleyCanvas?.wordOnScreen(index) ?? null,
        word,
      ),
      this.surface.boundingBox(),
    ]);
    if (!box || !surface) throw new Error(`word ${word} is not on the page`);
    const { x, y } = surface;
    return { x0: box.x0 + x, y0: box.y0 + y, x1: box.x1 + x, y1: box.y1 + y };
  }

  async middleOf(word: number): Promise<{ x: number; y: number }> {
    const { x0, y0, x1, y1 } = await this.boxOf(word);
    return { x: (x0 + x1) / 2, y: (y0 + y1) / 2 };
  }

  async clickWord(word: number, modifiers: ('Shift' | 'ControlOrMeta')[] = []): Promise<void> {
    const { x, y } = await this.middleOf(word);
    const surface = (await this.surface.boundingBox())!;
    await this.surface.click({ position: { x: x - surface.x, y: y - surface.y }, modifiers });
  }

  /** Drags over points of the window, with a key held if one is given. */
  async drag(points: readonly { readonly x: number; readonly y: number }[], held?: string): Promise<void> {
    const { mouse, keyboard } = this.page;
    if (held) await keyboard.down(held);
    await mouse.move(points[0].x, points[0].y);
    await mouse.down();
    for (const { x, y } of points.slice(1)) await mouse.move(x, y, { steps: 5 });
    await mouse.up();
    if (held) await keyboard.up(held);
  }

  /** Opens the command palette and types into it. */
  async command(text: string): Promise<void> {
    await this.page.keyboard.press('ControlOrMeta+k');
    await expect(this.page.getByRole('combobox', { name: 'Commands' })).toBeFocused();
    await this.page.keyboard.type(text);
  }

  /** Everything a person did is in the journal. */
  async saved(): Promise<void> {
    await expect(this.page.getByText(/^Saved \d/)).toBeVisible();
    await expect(this.page.locator('output[data-state]')).toHaveAttribute('data-state', 'idle');
  }
}
