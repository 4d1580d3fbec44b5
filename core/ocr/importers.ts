import type { Importer } from '../formats/importer.ts';
import { imagesImporter } from './images-importer.ts';
import { type LanguageData, languageData } from './language-data.ts';
import { pdfImporter } from './pdf-importer.ts';
import { type PictureReader, Recogniser, threadCount } from './recogniser.ts';
import type { ScanOptions } from './scan-options.ts';

export { scanSchema } from './scan-options.ts';

/**
 * Importers of pictures and PDFs. Both share one bounded set of recognising threads, which start with the first page
 * and end when both are closed.
 * @param reader what recognises pictures, in tests
 */
export function scanImporters(options: ScanOptions, reader?: PictureReader): Importer[] {
  let data: Promise<LanguageData> | undefined;
  const load = () => {
    data ??= languageData(options.language_data);
    return data;
  };
  const shared = reader ?? new Recogniser(load, threadCount(options.threads));
  return [imagesImporter(options, shared), pdfImporter(options, shared)];
}
