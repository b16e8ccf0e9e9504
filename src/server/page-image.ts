import { createRandom } from '../runtime/random.ts';

const WIDTH = 240;
const HEIGHT = 320;
const ROW_BYTES = WIDTH / 8;

/** A small PNG that looks like a page of text; another name gives another page. About 10 kB. */
export function drawPage(name: string): Uint8Array {
  return concat(
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    // One bit a pixel, grey: depth 1, colour type 0, no interlacing.
    chunk('IHDR', concat(uint32(WIDTH), uint32(HEIGHT), Uint8Array.of(1, 0, 0, 0, 0))),
    chunk('IDAT', zlibStored(drawRows(name))),
    chunk('IEND', new Uint8Array()),
  );
}

/** White paper, a title bar, then paragraphs of lines of words; each row starts with its filter byte, 0. */
function drawRows(name: string): Uint8Array {
  const random = createRandom(name);
  const rows = new Uint8Array((ROW_BYTES + 1) * HEIGHT);
  for (let y = 0; y < HEIGHT; y++) rows.fill(0xff, y * (ROW_BYTES + 1) + 1, (y + 1) * (ROW_BYTES + 1));
  const bar = (x: number, y: number, width: number, height: number) => {
    for (let row = y; row < y + height; row++) {
      for (let column = x; column < x + width; column++) {
        const at = row * (ROW_BYTES + 1) + 1 + (column >> 3);
        rows[at] = (rows[at] ?? 0) & ~(0x80 >> (column & 7));
      }
    }
  };
  bar(24, 24, random.integer(90, 170), 9);
  for (let y = 48; y < HEIGHT - 28; y += random.chance(0.16) ? 17 : 9) {
    const endX = random.chance(0.2) ? random.integer(70, 150) : random.integer(190, 216);
    for (let x = 24; x < endX; ) {
      const width = Math.min(random.integer(6, 30), endX - x);
      bar(x, y, width, 3);
      x += width + 4;
    }
  }
  return rows;
}

/** A zlib stream of stored blocks: nothing is compressed, so nothing needs a library. */
function zlibStored(data: Uint8Array): Uint8Array {
  const blocks: Uint8Array[] = [Uint8Array.of(0x78, 0x01)];
  for (let at = 0; at < data.length; at += 0xffff) {
    const part = data.subarray(at, at + 0xffff);
    const isLast = at + 0xffff >= data.length;
    const size = part.length;
    blocks.push(Uint8Array.of(isLast ? 1 : 0, size & 255, size >> 8, ~size & 255, (~size >> 8) & 255), part);
  }
  return concat(...blocks, uint32(adler32(data)));
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const named = concat(new TextEncoder().encode(type), data);
  return concat(uint32(data.length), named, uint32(crc32(named)));
}

function adler32(data: Uint8Array): number {
  let a = 1;
  let b = 0;
  for (const byte of data) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  return ((b << 16) | a) >>> 0;
}

function crc32(data: Uint8Array): number {
  let crc = ~0;
  for (const byte of data) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

function uint32(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255);
}

function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
