import { altoFormat } from './alto.ts';
import { fileImporter, READ_DEFAULTS, type ReadOptions } from './file-importer.ts';
import { funsdFormat } from './funsd.ts';
import { hfImporter } from './hf-dataset.ts';
import { hocrFormat } from './hocr.ts';
import type { Importer } from './importer.ts';
import { labelStudioFormat } from './label-studio.ts';
import { pageXmlFormat } from './page-xml.ts';
import { pagesJsonlFormat } from './pages-jsonl.ts';
import { tokensCsvFormat } from './tokens-csv.ts';

/** Importers of everything that holds words already. */
export function fileImporters(options: Partial<ReadOptions> = {}): Importer[] {
  const all = { ...READ_DEFAULTS, ...options };
  return [
    fileImporter(hocrFormat(all)),
    fileImporter(altoFormat(all)),
    fileImporter(pageXmlFormat(all)),
    fileImporter(funsdFormat(all)),
    fileImporter(labelStudioFormat(all)),
    fileImporter(pagesJsonlFormat(all)),
    fileImporter(tokensCsvFormat(all)),
    hfImporter(),
  ];
}
