import { unionBox } from '../page/coordinates.ts';
import { type ExportPage, pixelBox } from './export-page.ts';
import { fromFunsd, toFunsd } from './funsd.ts';
import { isBio, spanLabel, spansOf } from './label-scheme.ts';

/**
 * A page as FUNSD JSON: a span of equal labels (or from one `B-` to the next) is an entry of the form. What FUNSD has no
 * place for stands in extra keys that its readers pass over: `galley` (page, size, label set), and on words `label` (where
 * it is not the span's), `box_1000` (where whole pixels are too coarse) and `confidence`.
 */
export function writeFunsd(page: ExportPage): string {
  const scheme = isBio(page.labelSet) ? 'bio' : 'io';
  const labels = page.labels ?? page.words.map(() => null);
  const form = spansOf(labels).map(({ name, start, end }, id) => {
    const words = page.words.slice(start, end).map((text, at) => {
      const i = start + at;
      const { box, exact } = pixelBox(page.bboxes[i], page.width, page.height);
      // What a reader will make of the span's label, which is not always what it was.
      const told = name === null ? null : spanLabel(fromFunsd(toFunsd(name)), at, scheme);
      const confidence = page.confidences?.[i] ?? null;
      return {
        box,
        text,
        ...(told === labels[i] ? {} : { label: labels[i] }),
        ...(exact === null ? {} : { box_1000: exact }),
        ...(confidence === null ? {} : { confidence }),
      };
    });
    return {
      box: unionBox(words.map(({ box }) => box)),
      text: words.map(({ text }) => text).join(' '),
      label: name === null ? null : toFunsd(name),
      words,
      linking: [],
      id,
    };
  });
  const galley = {
    page_num: page.pageNum,
    width: page.width,
    height: page.height,
    ...(page.image === null ? {} : { image: page.image }),
    scheme,
    quality: page.labelQuality,
    labels: page.labelSet,
  };
  return `${JSON.stringify({ form, galley }, null, 1)}\n`;
}
