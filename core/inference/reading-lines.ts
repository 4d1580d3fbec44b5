export { lineIds, readingLines } from '../encoding/reading-lines.ts';
