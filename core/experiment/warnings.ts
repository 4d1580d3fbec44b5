/** Pages named one by one in a grouped warning. */
const NAMED = 12;

/** Splits "page 12: has no image" into the page and what is said of it; page null where no page is named. */
export function splitWarning(message: string): { page: number | null; text: string } {
  const found = /^page (\d+): (.*)$/s.exec(message);
  return found ? { page: Number(found[1]), text: found[2] } : { page: null, text: message };
}

/** Warnings that say the same of many pages become one line, in the order they first came. */
export function groupWarnings(messages: readonly string[]): string[] {
  const pages = new Map<string, number[]>();
  for (const message of messages) {
    const { page, text } = splitWarning(message);
    const known = pages.get(text) ?? [];
    if (page !== null) known.push(page);
    pages.set(text, known);
  }
  return [...pages].map(([text, numbers]) => {
    if (numbers.length === 0) return text;
    if (numbers.length === 1) return `page ${numbers[0]}: ${text}`;
    const sorted = [...new Set(numbers)].sort((a, b) => a - b);
    const named = sorted.slice(0, NAMED).join(', ');
    return `${sorted.length} pages: ${text} (pages ${named}${sorted.length > NAMED ? ', ...' : ''})`;
  });
}
