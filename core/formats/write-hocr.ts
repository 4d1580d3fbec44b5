import { boxAround, type ExportPage, labelAt, linesInOrder, pixelBox } from './export-page.ts';
import { escapeXml } from './xml.ts';

/** A confidence 0..1 as hOCR has it, per cent with two places. */
const percent = (confidence: number) => String(Math.round(confidence * 10_000) / 100);

/**
 * A page as hOCR 1.2 (XHTML). Labels are `data-label` of the words; where whole pixels are too coarse for a box, the
 * property `x_box_1000` has it as well.
 */
export function writeHocr(page: ExportPage): string {
  const pixels = page.bboxes.map((box) => pixelBox(box, page.width, page.height));
  const lines = linesInOrder(page).map(({ start, end }, n) => {
    const words = page.words.slice(start, end).map((word, at) => {
      const i = start + at;
      const { box, exact } = pixels[i];
      const confidence = page.confidences?.[i] ?? null;
      const label = labelAt(page, i);
      const title = [
        `bbox ${box.join(' ')}`,
        ...(confidence === null ? [] : [`x_wconf ${percent(confidence)}`]),
        ...(exact === null ? [] : [`x_box_1000 ${exact.join(' ')}`]),
      ].join('; ');
      const data = label === null ? '' : ` data-label="${escapeXml(label)}"`;
      return `     <span class="ocrx_word" id="word_${i + 1}" title="${title}"${data}>${escapeXml(word)}</span>`;
    });
    const around = boxAround(pixels.slice(start, end).map(({ box }) => box));
    return [
      `    <span class="ocr_line" id="line_${n + 1}" title="bbox ${around.join(' ')}">`,
      ...words,
      '    </span>',
    ].join('\n');
  });
  const image = page.image === null ? '' : `image &quot;${escapeXml(page.image)}&quot;; `;
  return `<?xml version="1.0" encoding="UTF-8"?>
<html xmlns="http://www.w3.org/1999/xhtml">
 <head>
  <title>Page ${page.pageNum}</title>
  <meta http-equiv="Content-Type" content="text/html;charset=utf-8"/>
  <meta name="ocr-system" content="galley"/>
  <meta name="ocr-capabilities" content="ocr_page ocr_line ocrx_word ocrp_wconf"/>
  <meta name="galley-labels" content="${escapeXml(JSON.stringify(page.labelSet))}"/>
  <meta name="galley-quality" content="${page.labelQuality}"/>
 </head>
 <body>
  <div class="ocr_page" id="page_1" title="${image}bbox 0 0 ${page.width} ${page.height}; x_page_num ${page.pageNum}">
${lines.join('\n')}
  </div>
 </body>
</html>
`;
}
