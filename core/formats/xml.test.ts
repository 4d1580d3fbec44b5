import { describe, expect, it } from 'vitest';
import { escapeXml, parseXml, textOf } from './xml.ts';

const where = 'x.xml';

describe('parseXml', () => {
  it('never declares or expands an entity', () => {
    const bomb = '<!DOCTYPE a [<!ENTITY x "boom"><!ENTITY y "&x;&x;">]><a>&y;</a>';
    expect(() => parseXml(bomb, { where })).toThrow(/declares entities/);
    const external = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>';
    expect(() => parseXml(external, { where })).toThrow(/declares entities/);
    expect(() => parseXml('<a>&x;</a>', { where })).toThrow(/the entity &x; is not expanded/);
  });
  it('passes over a document type without declarations', () => {
    const text = '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0//EN" "http://x/y.dtd"><a>1</a>';
    expect(textOf(parseXml(text, { where }))).toBe('1');
  });
  it('reads characters by number and by the fixed names, once', () => {
    const root = parseXml('<a b="&lt;&#233;&#x1F600;">&amp;lt; <![CDATA[&amp;]]></a>', { where });
    expect(root.attributes.get('b')).toBe('<é😀');
    expect(textOf(root)).toBe('&lt; &amp;');
    expect(() => parseXml('<a>&#xD800;</a>', { where })).toThrow(/no character/);
    expect(() => parseXml('<a>&nbsp;</a>', { where })).toThrow(/not expanded/);
    expect(textOf(parseXml('<a>&nbsp;&mdash;</a>', { where, html: true }))).toBe('\u00a0—');
  });
  it('says on which line a file is not well-formed', () => {
    expect(() => parseXml('<a>\n<b>\n</a>', { where })).toThrow(/line 3: Expected closing tag 'b'/);
    expect(() => parseXml('', { where })).toThrow(/Start tag expected/);
  });
  it('bounds how deep elements stand in one another', () => {
    const deep = `${'<a>'.repeat(20_000)}${'</a>'.repeat(20_000)}`;
    expect(() => parseXml(deep, { where })).toThrow(/nested/i);
  });
  it('drops prefixes and keeps names that objects have of their own', () => {
    const root = parseXml('<p:a xmlns:p="u" p:constructor="1"><p:__proto__ toString="2"/></p:a>', { where });
    expect(root.name).toBe('a');
    expect(root.attributes.get('constructor') ?? root.attributes.get('__constructor')).toBe('1');
    expect(({} as Record<string, unknown>).toString).toBeTypeOf('function');
  });
  it('reads HTML with elements that are never closed', () => {
    const html = '<html><head><meta name="a" content="b"></head><body disabled>x<br>y</body></html>';
    expect(textOf(parseXml(html, { where, html: true }))).toBe('xy');
  });
  it('escapes what it reads back', () => {
    const text = `<a> & "b" 'c' \u0001 \t\n é`;
    expect(textOf(parseXml(`<a>${escapeXml(text)}</a>`, { where }))).toBe(text.replace('\u0001', '\ufffd'));
  });
});
