import type { Reporter, TestCase, TestResult } from '@playwright/test/reporter';

/** Says why tests were skipped, each reason once, and closes with one plain line as the unit tests do. */
export default class ClosingReporter implements Reporter {
  readonly #counts = { passed: 0, failed: 0, skipped: 0 };
  readonly #reasons = new Map<string, number>();

  onTestEnd(test: TestCase, { status }: TestResult): void {
    if (status === 'passed') this.#counts.passed++;
    else if (status !== 'skipped') this.#counts.failed++;
    else {
      this.#counts.skipped++;
      const reason = test.annotations.find(({ type }) => type === 'skip')?.description ?? test.title;
      this.#reasons.set(reason, (this.#reasons.get(reason) ?? 0) + 1);
    }
  }

  onEnd(): void {
    for (const [reason, count] of this.#reasons) console.log(`skipped ${count}: ${reason}`);
    const { passed, failed, skipped } = this.#counts;
    console.log(`\n${passed} passed, ${failed} failed, ${skipped} skipped`);
  }

  printsToStdio(): boolean {
    return false;
  }
}
