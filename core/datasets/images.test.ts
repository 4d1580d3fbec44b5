import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { folderAndParents, imageResolver, imagesByPageNumber, storedImagePath } from './image-paths.ts';
import { imageBytesSize, imageFileSize } from './image-size.ts';
import { temporaryFolder } from './testing/pages.ts';

const folder = temporaryFolder();
const picture = () => sharp({ create: { width: 76, height: 41, channels: 3, background: 'white' } });

describe('image sizes', () => {
  it('are read from the heads of PNG and JPEG files, turned as EXIF says', async () => {
    for (const bytes of [
      await picture().png().toBuffer(),
      await picture().jpeg().toBuffer(),
      await picture().jpeg({ progressive: true }).withMetadata({ orientation: 3 }).toBuffer(),
    ])
      expect(imageBytesSize(bytes)).toEqual({ width: 76, height: 41 });
    const turned = await picture().jpeg().withMetadata({ orientation: 6 }).toBuffer();
    expect(imageBytesSize(turned)).toEqual({ width: 41, height: 76 });
    writeFileSync(join(folder, 'turned.jpg'), turned);
    expect(imageFileSize(join(folder, 'turned.jpg'))).toEqual({ width: 41, height: 76 });
  });

  it('are unknown for anything else', async () => {
    const jpeg = await picture().jpeg().toBuffer();
    expect(imageBytesSize(await picture().webp().toBuffer())).toBeNull();
    expect(imageBytesSize(jpeg.subarray(0, 30))).toBeNull();
    expect(imageBytesSize(new Uint8Array(0))).toBeNull();
    expect(imageFileSize(join(folder, 'missing.png'))).toBeNull();
  });
});

describe('image paths', () => {
  const dataset = join(folder, 'project', 'data', 'set');
  mkdirSync(join(folder, 'project', 'scans'), { recursive: true });
  writeFileSync(join(folder, 'project', 'scans', '1.png'), '');

  it('are found from the dataset folder and its parents, also as Windows writes them', () => {
    const find = imageResolver(folderAndParents(dataset, 2));
    const image = join(folder, 'project', 'scans', '1.png');
    expect(find('../../scans/1.png')).toBe(image);
    expect(find('scans/1.png')).toBe(image);
    expect(find('scans\\1.png')).toBe(image);
    expect(find(image)).toBe(image);
    expect(find('scans/2.png')).toBeNull();
    expect(find('/no/such/1.png')).toBeNull();
    expect(find('')).toBeNull();
  });

  it('are stored relative where they are near, absolute where they are far', () => {
    expect(storedImagePath(join(dataset, 'images', '1.png'), dataset)).toBe('images/1.png');
    expect(storedImagePath(join(folder, 'project', 'scans', '1.png'), dataset)).toBe('../../scans/1.png');
    expect(storedImagePath('/elsewhere/1.png', '/data/set')).toBe(resolve('/elsewhere/1.png'));
    expect(storedImagePath('/a/1.png', '/a/b/c/d/e/f')).toBe(resolve('/a/1.png'));
  });

  it('are known by page number where the name is one', () => {
    const scans = join(folder, 'numbered');
    mkdirSync(scans);
    for (const name of ['0079.png', 'page-80.JPG', 'Page 81.tif', 'cover.png', '82b.png', '83.txt'])
      writeFileSync(join(scans, name), '');
    expect([...imagesByPageNumber(scans)].map(([n, path]) => [n, path.slice(scans.length + 1)])).toEqual([
      [79, '0079.png'],
      [81, 'Page 81.tif'],
      [80, 'page-80.JPG'],
    ]);
  });
});
