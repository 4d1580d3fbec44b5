import { basename } from 'node:path';
import { imageFileSize } from '../datasets/image-size.ts';
import { GalleyError } from '../errors/galley-error.ts';
import { OUTSIDE } from '../labels/labels.ts';
import { BOUNDS, parseJson } from './bounds.ts';
import type { FileFormat, FileToRead, ReadOptions } from './file-importer.ts';
import { findPicture } from './find-picture.ts';
import type { ImportedPage, ReadContext } from './importer.ts';
import {
  asBox,
  asCount,
  asNames,
  asNumber,
  asObject,
  type JsonObject,
  needList,
  needObject,
  needText,
  own,
} from './json-values.ts';
import { spanLabel } from './label-scheme.ts';
import { PageBuilder, splitLine } from './page-builder.ts';

/** FUNSD's own labels, written small there and large everywhere else (as in the datasets on the hub). */
const FUNSD_LABELS: Readonly<Record<string, string>> = {
  question: 'QUESTION',
  answer: 'ANSWER',
  header: 'HEADER',
  other: OUTSIDE,
};
/** Their scheme, in the usual order. */
const FUNSD_NAMES = ['HEADER', 'QUESTION', 'ANSWER'];

/** Name of a span's label in a FUNSD file, and back in ours. */
export const fromFunsd = (label: string): string =>
  Object.hasOwn(FUNSD_LABELS, label) ? FUNSD_LABELS[label] : label;
export const toFunsd = (label: string): string =>
  Object.keys(FUNSD_LABELS).find((key) => FUNSD_LABELS[key] === label) ?? label;

/**
 * FUNSD JSON: spans (`form`) of words with pixel boxes. The page's size comes from its picture. Where Galley wrote the
 * file, its key `galley` and the extra keys of words (`label`, `box_1000`) say what FUNSD has no place for.
 */
export function funsdFormat(options: ReadOptions): FileFormat {
  return {
    kind: 'funsd',
    mostBytes: BOUNDS.jsonBytes,
    detect: (_, head) => (/^(?:\xef\xbb\xbf)?\s*\{\s*"form"\s*:\s*\[/.test(head) ? 1 : 0),
    pages: (file, context) => [readFunsd(file, options, context)],
  };
}

function readFunsd(file: FileToRead, options: ReadOptions, context: ReadContext): ImportedPage {
  const { path } = file;
  const json = needObject(parseJson(file.bytes, path), 'the file', path);
  if (!Array.isArray(own(json, 'form')))
    throw new GalleyError('invalid-data', 'there is no list "form" in it', {
      where: path,
      hint: 'is it FUNSD? then it is {"form": [{"words": [{"text", "box"}], "label"}]}',
    });
  const form = needList(own(json, 'form'), '"form"', path);
  const ours = asObject(own(json, 'galley')) ?? {};
  const image = own(ours, 'image');
  const picture = findPicture(path, typeof image === 'string' ? image : null, options.imagesDir);
  const { width, height } = sizeOf(ours, form, picture, path, context);
  const builder = new PageBuilder(width, height, path);
  const told = own(ours, 'scheme');
  const scheme = told === 'bio' || told === 'io' ? told : options.labelScheme;
  let split = 0;
  for (const [i, entry] of form.entries()) {
    const where = `${path}, entry ${i}`;
    const span = needObject(entry, 'an entry of the form', where);
    const label = own(span, 'label');
    const name = label === undefined || label === null ? null : fromFunsd(needText(label, '"label"', where));
    const words = needList(own(span, 'words'), '"words"', where);
    let index = 0;
    for (const value of words) {
      const word = needObject(value, 'a word', where);
      const text = needText(own(word, 'text'), '"text" of a word', where);
      const box = asBox(own(word, 'box'));
      if (text.trim() === '') continue;
      if (box === null)
        throw new GalleyError('invalid-data', `the word "${text.slice(0, 40)}" has no box of 4 numbers`, {
          where,
        });
      builder.add(text, box, {
        label: labelOf(word, name, index, scheme),
        confidence: asNumber(own(word, 'confidence')),
        exact: asBox(own(word, 'box_1000')),
      });
      index++;
    }
    const line = own(span, 'text');
    const box = asBox(own(span, 'box'));
    if (words.length === 0 && typeof line === 'string' && line.trim() !== '' && box !== null) {
      for (const [at, part] of splitLine(line, box).entries())
        builder.add(part.word, part.box, { label: name === null ? null : spanLabel(name, at, scheme) });
      split++;
    }
  }
  if (split > 0)
    context.onNotice(`${path}: ${split} entries have no words of their own and are split evenly`);
  const pageNum = asCount(own(ours, 'page_num'));
  const found = builder.finish(context.onNotice);
  const labelSet = asNames(own(ours, 'labels')) ?? funsdSet(found.labels, scheme);
  return {
    ...(pageNum === null ? {} : { pageNum }),
    title: basename(path),
    width,
    height,
    ...found,
    ...(labelSet === null ? {} : { labelSet }),
    ...(own(ours, 'quality') === 'predicted' ? { labelQuality: 'predicted' as const } : {}),
    picture: picture === null ? null : { path: picture },
  };
}

function labelOf(word: JsonObject, name: string | null, index: number, scheme: 'bio' | 'io'): string | null {
  const exact = own(word, 'label');
  if (typeof exact === 'string' && exact !== '') return exact;
  return exact === null || name === null || name === '' ? null : spanLabel(name, index, scheme);
}

/** FUNSD's whole scheme where a page uses nothing else, so that every page agrees on it. */
function funsdSet(labels: ImportedPage['labels'], scheme: 'bio' | 'io'): string[] | null {
  const all = FUNSD_NAMES.flatMap((name) =>
    scheme === 'io' ? [name] : [spanLabel(name, 0, scheme), spanLabel(name, 1, scheme)],
  );
  const set = [OUTSIDE, ...all];
  return labels?.every((label) => label === null || set.includes(label)) ? set : null;
}

function sizeOf(
  ours: JsonObject,
  form: readonly unknown[],
  picture: string | null,
  path: string,
  context: ReadContext,
): { width: number; height: number } {
  const [width, height] = [asCount(own(ours, 'width')), asCount(own(ours, 'height'))];
  if (width !== null && height !== null) return { width, height };
  const size = picture === null ? null : imageFileSize(picture);
  if (size !== null) return size;
  let [right, bottom] = [1, 1];
  for (const entry of form) {
    const box = asBox(own(asObject(entry) ?? {}, 'box'));
    if (box !== null) [right, bottom] = [Math.max(right, box[2]), Math.max(bottom, box[3])];
  }
  context.onNotice(
    `${path}: its picture is not there to measure; the page is taken to end with its last word (${right} x ${bottom})`,
  );
  return { width: Math.ceil(right), height: Math.ceil(bottom) };
}
