import type { Box } from '../page/page.ts';
import { boxAround, type ExportPage, labelAt, linesInOrder } from './export-page.ts';
import { escapeXml } from './xml.ts';

/** Marks tags that are labels of words, and says who gave them. */
export const LABEL_TAG_TYPES = { gold: 'galley-label', predicted: 'galley-predicted-label' } as const;

/** A number of at most three decimals: exact for whole 0..1000 of whole pixels. */
const decimal = (value: number) => String(Math.round(value * 1000) / 1000);

/** A page as ALTO 4, coordinates in (fractions of) pixels; labels are tags that the words refer to. */
export function writeAlto(page: ExportPage): string {
  const ids = new Map(page.labelSet.map((label, id) => [label, `LABEL_${id}`]));
  for (const label of page.labels ?? [])
    if (label !== null && !ids.has(label)) ids.set(label, `LABEL_${ids.size}`);
  const place = ([x0, y0, x1, y1]: Box) => {
    const [left, right] = [(x0 * page.width) / 1000, (x1 * page.width) / 1000];
    const [top, bottom] = [(y0 * page.height) / 1000, (y1 * page.height) / 1000];
    return `HPOS="${decimal(left)}" VPOS="${decimal(top)}" WIDTH="${decimal(right - left)}" HEIGHT="${decimal(bottom - top)}"`;
  };
  const lines = linesInOrder(page).map(({ start, end }, n) => {
    const words = page.words.slice(start, end).map((word, at) => {
      const i = start + at;
      const confidence = page.confidences?.[i] ?? null;
      const label = labelAt(page, i);
      const tag = label === null ? '' : ` TAGREFS="${ids.get(label)}"`;
      const worth = confidence === null ? '' : ` WC="${Math.round(confidence * 1e4) / 1e4}"`;
      return `       <String ID="word_${i + 1}" ${place(page.bboxes[i])} CONTENT="${escapeXml(word)}"${worth}${tag}/>`;
    });
    return [
      `      <TextLine ID="line_${n + 1}" ${place(boxAround(page.bboxes.slice(start, end)))}>`,
      words.join('\n       <SP/>\n'),
      '      </TextLine>',
    ].join('\n');
  });
  const tags = [...ids].map(
    ([label, id]) =>
      `  <OtherTag ID="${id}" TYPE="${LABEL_TAG_TYPES[page.labelQuality]}" LABEL="${escapeXml(label)}"/>`,
  );
  const image =
    page.image === null
      ? ''
      : `  <sourceImageInformation><fileName>${escapeXml(page.image)}</fileName></sourceImageInformation>\n`;
  const whole = `HPOS="0" VPOS="0" WIDTH="${page.width}" HEIGHT="${page.height}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<alto xmlns="http://www.loc.gov/standards/alto/ns-v4#" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://www.loc.gov/standards/alto/ns-v4# http://www.loc.gov/standards/alto/v4/alto-4-4.xsd">
 <Description>
  <MeasurementUnit>pixel</MeasurementUnit>
${image} </Description>
${tags.length > 0 ? ` <Tags>\n${tags.join('\n')}\n </Tags>\n` : ''} <Layout>
  <Page ID="galley-page-${page.pageNum}" PHYSICAL_IMG_NR="${page.pageNum}" WIDTH="${page.width}" HEIGHT="${page.height}">
   <PrintSpace ${whole}>
    <TextBlock ID="block_1" ${whole}>
${lines.join('\n')}
    </TextBlock>
   </PrintSpace>
  </Page>
 </Layout>
</alto>
`;
}
