import { crc32, deflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);

/**
 * A PNG of one byte a pixel through a palette: a scan keeps the colour of its paper at the size of a grey picture.
 * @param levels [height, width] palette indices
 * @param palette [256, 3] RGB
 */
export function encodePalettePng(
  levels: Uint8Array,
  width: number,
  height: number,
  palette: Uint8Array,
): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3, 0, 0, 0], 8);
  // Neighbouring levels are alike: each row is stored as differences from the pixel before (filter 1).
  const rows = Buffer.alloc(height * (width + 1));
  for (let y = 0; y < height; y++) {
    const out = y * (width + 1);
    rows[out] = 1;
    let before = 0;
    for (let x = 0; x < width; x++) {
      const level = levels[y * width + x];
      rows[out + 1 + x] = level - before;
      before = level;
    }
  }
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('PLTE', Buffer.from(palette)),
    chunk('IDAT', deflateSync(rows, { level: 3 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const out = Buffer.alloc(data.length + 12);
  out.writeUInt32BE(data.length, 0);
  out.write(type, 4, 'latin1');
  data.copy(out, 8);
  out.writeUInt32BE(crc32(out.subarray(4, data.length + 8)), data.length + 8);
  return out;
}
