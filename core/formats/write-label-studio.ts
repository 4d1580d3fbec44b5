import type { LabelMap } from '../labels/labels.ts';
import { type ExportPage, labelAt } from './export-page.ts';
import { escapeXml } from './xml.ts';

const FROM = { box: 'bbox', label: 'label', text: 'transcription' } as const;
const TO = 'image';

/**
 * Pages as Label Studio tasks of an OCR project: every word a rectangle with its text and label, boxes in percent.
 * Labels of people are an annotation, a model's a prediction.
 */
export function writeLabelStudio(pages: readonly ExportPage[], model = 'galley'): string {
  return `${JSON.stringify(
    pages.map((page) => taskOf(page, model)),
    null,
    1,
  )}\n`;
}

function taskOf(page: ExportPage, model: string): unknown {
  const result = page.words.flatMap((word, i) => {
    const [x0, y0, x1, y1] = page.bboxes[i];
    // Tenths of a percent are thousandths of a side: what a page's boxes are in.
    const value = { x: x0 / 10, y: y0 / 10, width: (x1 - x0) / 10, height: (y1 - y0) / 10, rotation: 0 };
    const label = labelAt(page, i);
    const confidence = page.confidences?.[i] ?? null;
    const common = {
      id: `word_${i}`,
      to_name: TO,
      original_width: page.width,
      original_height: page.height,
      image_rotation: 0,
    };
    return [
      { ...common, type: 'rectangle', from_name: FROM.box, value },
      ...(label === null
        ? []
        : [
            {
              ...common,
              type: 'labels',
              from_name: FROM.label,
              value: { ...value, labels: [label] },
              ...(page.scores === null ? {} : { score: page.scores[i] }),
            },
          ]),
      {
        ...common,
        type: 'textarea',
        from_name: FROM.text,
        value: { ...value, text: [word] },
        ...(confidence === null ? {} : { score: confidence }),
      },
    ];
  });
  const galley = {
    page_num: page.pageNum,
    width: page.width,
    height: page.height,
    labels: page.labelSet,
  };
  const data = { ...(page.image === null ? {} : { ocr: page.image }), galley };
  return page.labelQuality === 'gold'
    ? { data, annotations: [{ result }] }
    : { data, predictions: [{ model_version: model, result }] };
}

/** The labelling configuration these tasks need, with the label set's colours and keys. */
export function labelStudioConfig(labelMap: LabelMap): string {
  const labels = labelMap.names.map((name, id) => {
    const { colour, key } = labelMap.styleOf(id);
    const hotkey = key === '' ? '' : ` hotkey="${escapeXml(key)}"`;
    return `    <Label value="${escapeXml(name)}" background="${escapeXml(colour)}"${hotkey}/>`;
  });
  return `<View>
  <Image name="${TO}" value="$ocr" zoom="true"/>
  <Labels name="${FROM.label}" toName="${TO}">
${labels.join('\n')}
  </Labels>
  <Rectangle name="${FROM.box}" toName="${TO}" strokeWidth="2"/>
  <TextArea name="${FROM.text}" toName="${TO}" editable="true" perRegion="true" required="true" maxSubmissions="1" rows="1" displayMode="region-list"/>
</View>
`;
}
