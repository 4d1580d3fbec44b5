import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** Counts decoration too: the letter and the key beside a label's name are in sight, and hidden from screen readers. */
const EXPERIMENTAL = ['label-content-name-mismatch'];

/** What of a page depends on its colours. */
const COLOURS = ['color-contrast', 'link-in-text-block'];

/** Says nothing where axe finds nothing serious; else the rule and the places, one a line. */
export async function expectAccessible(page: Page, screen: string, onlyColours = false): Promise<void> {
  await test.step(screen, async () => {
    const axe = new AxeBuilder({ page });
    if (onlyColours) axe.withRules(COLOURS);
    else axe.withTags(RULES).disableRules(EXPERIMENTAL);
    const { violations } = await axe.analyze();
    const bad = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    const lines = bad.flatMap(({ id, nodes }) =>
      nodes.map(
        (node) => `${id}: ${node.target.join(' ')}: ${node.any.map((check) => check.message).join('; ')}`,
      ),
    );
    expect.soft(lines, screen).toEqual([]);
  });
}
