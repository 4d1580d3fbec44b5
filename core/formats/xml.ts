import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { GalleyError } from '../errors/galley-error.ts';
import { BOUNDS } from './bounds.ts';

/** An element of a parsed file; names are local ones, prefixes are dropped. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly (XmlElement | string)[];
}

export interface XmlOptions {
  /** For errors. */
  readonly where: string;
  /** HTML that is nearly XML: elements without an end (`<meta>`, `<br>`), attributes without a value, names as `&nbsp;`. */
  readonly html?: boolean;
}

const UNPAIRED = ['meta', 'br', 'hr', 'img', 'link', 'input', 'col', 'wbr', 'base', 'area'];
const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
/** Names beyond XML's own that OCR programs write into hOCR. */
const HTML_NAMED: Readonly<Record<string, string>> = {
  nbsp: '\u00a0',
  shy: '\u00ad',
  mdash: '—',
  ndash: '–',
  lsquo: '‘',
  rsquo: '’',
  ldquo: '“',
  rdquo: '”',
  hellip: '…',
  deg: '°',
  frac12: '½',
  frac14: '¼',
  frac34: '¾',
  copy: '©',
  auml: 'ä',
  ouml: 'ö',
  uuml: 'ü',
  Auml: 'Ä',
  Ouml: 'Ö',
  Uuml: 'Ü',
  szlig: 'ß',
  eacute: 'é',
  egrave: 'è',
  agrave: 'à',
  ccedil: 'ç',
};

/**
 * Parses a file to its root element. Entities are never declared or expanded: a DOCTYPE with declarations is refused, one
 * without is passed over; only character references and the fixed names of XML (and some of HTML) are read.
 * @throws GalleyError `damaged` with the line where the text is not well-formed, `invalid-data` for what is not allowed
 */
export function parseXml(text: string, { where, html = false }: XmlOptions): XmlElement {
  const source = withoutDoctype(text.replace(/^\uFEFF/, ''), where);
  const unpairedTags = html ? UNPAIRED : [];
  const sound = XMLValidator.validate(source, { allowBooleanAttributes: html, unpairedTags });
  if (sound !== true)
    throw new GalleyError('damaged', `line ${sound.err.line}: ${shortened(sound.err.msg)}`, { where });
  let parsed: unknown;
  try {
    parsed = new XMLParser({
      preserveOrder: true,
      ignoreAttributes: false,
      attributeNamePrefix: '',
      allowBooleanAttributes: html,
      unpairedTags,
      parseTagValue: false,
      parseAttributeValue: false,
      trimValues: false,
      processEntities: false,
      cdataPropName: '#cdata',
      maxNestedTags: BOUNDS.depth,
    }).parse(source);
  } catch (error) {
    throw new GalleyError('damaged', shortened((error as Error).message), { where, cause: error });
  }
  const root = rootOf(parsed as RawNode[], html, where);
  if (root === null) throw new GalleyError('damaged', 'there is no element in it', { where });
  return root;
}

const shortened = (message: string) => message.replace(/\s+/g, ' ').slice(0, 160);

/** Cuts the document type out. @throws GalleyError `invalid-data` where it declares anything */
function withoutDoctype(text: string, where: string): string {
  const found = /<!DOCTYPE/i.exec(text);
  if (!found) return text;
  const end = text.indexOf('>', found.index);
  const inside = end < 0 ? text.slice(found.index) : text.slice(found.index, end);
  if (end < 0 || inside.includes('['))
    throw new GalleyError(
      'invalid-data',
      'the document type declares entities of its own, which is refused',
      {
        where,
        hint: 'save the file without a DOCTYPE',
      },
    );
  const rest = text.slice(0, found.index) + text.slice(end + 1);
  if (/<!DOCTYPE/i.test(rest))
    throw new GalleyError('damaged', 'there is more than one document type', { where });
  return rest;
}

type RawNode = Record<string, unknown>;

interface OpenElement {
  readonly raw: RawNode[];
  readonly into: (XmlElement | string)[];
  next: number;
}

/** The parser's nested lists as elements, without recursion. */
function rootOf(top: RawNode[], html: boolean, where: string): XmlElement | null {
  const roots: (XmlElement | string)[] = [];
  const stack: OpenElement[] = [{ raw: top, into: roots, next: 0 }];
  while (stack.length > 0) {
    const open = stack[stack.length - 1];
    if (open.next >= open.raw.length) {
      stack.pop();
      continue;
    }
    const node = open.raw[open.next++];
    const key = Object.keys(node).find((name) => name !== ':@');
    if (key === undefined) continue;
    if (key === '#text') open.into.push(decoded(String(node[key]), html, where));
    else if (key === '#cdata')
      open.into.push((node[key] as RawNode[]).map((part) => String(part['#text'] ?? '')).join(''));
    else if (!key.startsWith('?') && !key.startsWith('!')) {
      const children: (XmlElement | string)[] = [];
      open.into.push({ name: local(key), attributes: attributesOf(node[':@'], html, where), children });
      stack.push({ raw: node[key] as RawNode[], into: children, next: 0 });
    }
  }
  return (roots.find((child) => typeof child !== 'string') as XmlElement | undefined) ?? null;
}

const local = (name: string) => name.slice(name.indexOf(':') + 1);

function attributesOf(raw: unknown, html: boolean, where: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const [name, value] of Object.entries((raw ?? {}) as Record<string, unknown>))
    found.set(local(name), decoded(String(value), html, where));
  return found;
}

function decoded(text: string, html: boolean, where: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(#x[0-9a-f]{1,6}|#\d{1,7}|\w{1,32});/gi, (whole, name: string) => {
    if (name.startsWith('#')) {
      const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
      const allowed = code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
      if (!allowed) throw new GalleyError('damaged', `${whole} is no character`, { where });
      return String.fromCodePoint(code);
    }
    const known = Object.hasOwn(NAMED, name) ? NAMED[name] : undefined;
    const htmlKnown = html && Object.hasOwn(HTML_NAMED, name) ? HTML_NAMED[name] : undefined;
    if (known === undefined && htmlKnown === undefined)
      throw new GalleyError('invalid-data', `the entity ${whole} is not expanded`, { where });
    return known ?? (htmlKnown as string);
  });
}

/** Elements below `root` (not itself) for which `wanted` holds, in document order; not looked for inside a match. */
export function* descendants(
  root: XmlElement,
  wanted: (element: XmlElement) => boolean,
): Generator<XmlElement> {
  const stack: { children: XmlElement['children']; next: number }[] = [{ children: root.children, next: 0 }];
  while (stack.length > 0) {
    const open = stack[stack.length - 1];
    if (open.next >= open.children.length) {
      stack.pop();
      continue;
    }
    const child = open.children[open.next++];
    if (typeof child === 'string') continue;
    if (wanted(child)) yield child;
    else stack.push({ children: child.children, next: 0 });
  }
}

/** Child elements of one name. */
export function childrenNamed(element: XmlElement, name: string): XmlElement[] {
  return element.children.filter(
    (child): child is XmlElement => typeof child !== 'string' && child.name === name,
  );
}

/** All text inside an element. */
export function textOf(element: XmlElement): string {
  const parts: string[] = [];
  const stack: (XmlElement | string)[] = [element];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (typeof node === 'string') parts.push(node);
    else for (let i = node.children.length - 1; i >= 0; i--) stack.push(node.children[i]);
  }
  return parts.join('');
}

/** A number an attribute holds. @throws GalleyError `invalid-data` naming it */
export function numberOf(element: XmlElement, name: string, where: string): number {
  const text = element.attributes.get(name)?.trim();
  const value = text === undefined || text === '' ? Number.NaN : Number(text);
  if (!Number.isFinite(value))
    throw new GalleyError(
      'invalid-data',
      `<${element.name}>: expected a number for ${name}, found ${text === undefined ? 'nothing' : `"${text.slice(0, 40)}"`}`,
      { where },
    );
  return value;
}

/** Text as content or a double-quoted attribute of XML; characters XML cannot hold become U+FFFD. */
export function escapeXml(text: string): string {
  return (
    text
      .toWellFormed()
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters XML 1.0 leaves out.
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
      .replace(/[&<>"'\t\n\r]/g, (c) => `&#${c.charCodeAt(0)};`)
  );
}
