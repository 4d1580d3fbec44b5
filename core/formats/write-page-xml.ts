import type { Box } from '../page/page.ts';
import { boxAround, type ExportPage, labelAt, linesInOrder, pixelBox } from './export-page.ts';
import { escapeXml } from './xml.ts';

/** Names inside a `custom` attribute: `;`, `}` and white space would end them. */
const encoded = (name: string): string =>
  encodeURIComponent(name.toWellFormed()).replace(/['()*!~]/g, (c) => `%${c.charCodeAt(0).toString(16)}`);

/**
 * A page as PAGE-XML 2019-07-15: words in lines of one region, in their order. PAGE has no place for labels of words, so
 * they stand in `custom`, as Transkribus writes its own: `galley {label:TITLE;}` on words, and on the page its number, who
 * labelled it and the label set. Names are percent-encoded; `box` is the box 0..1000 where whole pixels are too coarse.
 */
export function writePageXml(page: ExportPage): string {
  const points = ([x0, y0, x1, y1]: Box) => `${x0},${y0} ${x1},${y0} ${x1},${y1} ${x0},${y1}`;
  const pixels = (box: Box) => pixelBox(box, page.width, page.height);
  const lines = linesInOrder(page).map(({ start, end }, n) => {
    const words = page.words.slice(start, end).map((word, at) => {
      const i = start + at;
      const { box, exact } = pixels(page.bboxes[i]);
      const label = labelAt(page, i);
      const facts = [
        ...(label === null ? [] : [`label:${encoded(label)};`]),
        ...(exact === null ? [] : [`box:${exact.join(',')};`]),
      ].join(' ');
      const confidence = page.confidences?.[i] ?? null;
      const worth = confidence === null ? '' : ` conf="${Math.round(confidence * 1e4) / 1e4}"`;
      return `        <Word id="w${i + 1}"${facts === '' ? '' : ` custom="galley {${facts}}"`}>
          <Coords points="${points(box)}"/>
          <TextEquiv${worth}><Unicode>${escapeXml(word)}</Unicode></TextEquiv>
        </Word>`;
    });
    return `      <TextLine id="l${n + 1}">
        <Coords points="${points(pixels(boxAround(page.bboxes.slice(start, end))).box)}"/>
${words.join('\n')}
        <TextEquiv><Unicode>${escapeXml(page.words.slice(start, end).join(' '))}</Unicode></TextEquiv>
      </TextLine>`;
  });
  const facts = [
    `page:${page.pageNum};`,
    `quality:${page.labelQuality};`,
    `labels:${page.labelSet.map(encoded).join(',')};`,
  ].join(' ');
  const image = page.image === null ? '' : ` imageFilename="${escapeXml(page.image)}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<PcGts xmlns="http://schema.primaresearch.org/PAGE/gts/pagecontent/2019-07-15">
  <Metadata><Creator>Galley</Creator></Metadata>
  <Page${image} imageWidth="${page.width}" imageHeight="${page.height}" custom="galley {${facts}}">
    <TextRegion id="r1" type="paragraph">
      <Coords points="${points([0, 0, page.width, page.height])}"/>
${lines.join('\n')}
    </TextRegion>
  </Page>
</PcGts>
`;
}
