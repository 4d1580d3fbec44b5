import type { LabelledPage } from '../datasets/labelled-page.ts';
import type { PageToPredict } from '../engine/protocol.ts';

/** A page as it is sent to the engine: without labels and columns, with its picture where that is in the dataset. */
export function pageToPredict(page: LabelledPage): PageToPredict {
  const { pageNum, width, height, words, bboxes, imagePath, precedingWords } = page;
  return {
    pageNum,
    width,
    height,
    words,
    bboxes,
    imagePath,
    ...(precedingWords ? { precedingWords } : {}),
    ...(imagePath === null && page.imageBytes ? { imageBytes: page.imageBytes } : {}),
  };
}
