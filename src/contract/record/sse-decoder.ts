import { isUtf8 } from 'node:buffer';
import type { Chunk } from './exchange.ts';

/** A line of the stream. Offsets count bytes of the body; `end` is where its line end begins. */
interface SseLine {
  readonly field: string;
  /** After the colon and, if there is one, the single space that follows it. */
  readonly value: string;
  /** Exactly as sent, without its line end. */
  readonly raw: string;
  readonly hasSpace: boolean;
  readonly offset: number;
}

/** What stands between two empty lines: an event, or only comments and settings. */
export interface SseFrame {
  /** From 1, in order of appearance. */
  readonly number: number;
  readonly offset: number;
  /** One past its last byte, the empty line included. */
  readonly end: number;
  readonly lines: readonly SseLine[];
  /** The name of `event:`; null without. */
  readonly name: string | null;
  /** The values of its `data:` lines. */
  readonly data: readonly string[];
  readonly comments: readonly string[];
  /** False for what the body ended in the middle of: the rules of SSE discard it. */
  readonly isEnded: boolean;
  /** When its last byte arrived, in ms since the request. */
  readonly atMs: number;
  /** Bytes that are not UTF-8; null where all are. */
  readonly badByte: number | null;
}

type Newline = 'lf' | 'crlf' | 'cr';

/** A decoded event stream: its frames, and what stands outside them. */
export interface SseStream {
  /** Frames with at least one `event` or `data` line. */
  readonly frames: readonly SseFrame[];
  /** All others: comments, ids, retry. */
  readonly others: readonly SseFrame[];
  readonly newlines: readonly Newline[];
  readonly hasByteOrderMark: boolean;
}

const CR = 13;
const LF = 10;
const COLON = 58;
const lossy = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * Decodes an event stream by its bytes: lines end with LF, CRLF or CR and nothing else (not U+2028), and where the
 * transport cut the bytes means nothing. Keeps what a contract must see and a reader would hide.
 */
export function decodeSse(bytes: Uint8Array, chunks: readonly Chunk[]): SseStream {
  const start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  const newlines = new Set<Newline>();
  const all: SseFrame[] = [];
  let lines: SseLine[] = [];
  let badByte: number | null = null;
  let offset = start;
  const finish = (end: number, isEnded: boolean) => {
    if (lines.length > 0) all.push(toFrame({ number: all.length + 1, lines, end, isEnded, badByte, chunks }));
    lines = [];
    badByte = null;
  };
  while (offset < bytes.length) {
    const { end, next, newline } = lineEnd(bytes, offset);
    if (newline) newlines.add(newline);
    if (end === offset && newline) finish(next, true);
    else {
      const { line, bad } = toLine(bytes, offset, end);
      lines.push(line);
      badByte ??= bad;
    }
    offset = next;
  }
  finish(bytes.length, false);
  const isEvent = ({ lines }: SseFrame) => lines.some(({ field }) => field === 'event' || field === 'data');
  return {
    frames: all.filter(isEvent).map((frame, index) => ({ ...frame, number: index + 1 })),
    others: all.filter((frame) => !isEvent(frame)),
    newlines: [...newlines],
    hasByteOrderMark: start === 3,
  };
}

function lineEnd(
  bytes: Uint8Array,
  from: number,
): { readonly end: number; readonly next: number; readonly newline: Newline | null } {
  for (let at = from; at < bytes.length; at += 1) {
    if (bytes[at] === LF) return { end: at, next: at + 1, newline: 'lf' };
    if (bytes[at] !== CR) continue;
    return bytes[at + 1] === LF ? { end: at, next: at + 2, newline: 'crlf' } : { end: at, next: at + 1, newline: 'cr' };
  }
  return { end: bytes.length, next: bytes.length, newline: null };
}

function toLine(
  bytes: Uint8Array,
  start: number,
  end: number,
): { readonly line: SseLine; readonly bad: number | null } {
  const part = bytes.subarray(start, end);
  const bad = isUtf8(part) ? null : start;
  const raw = lossy.decode(part);
  const colon = part.indexOf(COLON);
  const split = colon === -1 ? raw.length : raw.indexOf(':');
  const rest = raw.slice(split + 1);
  const hasSpace = rest.startsWith(' ');
  const value = hasSpace ? rest.slice(1) : rest;
  return { line: { field: raw.slice(0, split), value, raw, hasSpace, offset: start }, bad };
}

interface Parts {
  readonly number: number;
  readonly lines: readonly SseLine[];
  readonly end: number;
  readonly isEnded: boolean;
  readonly badByte: number | null;
  readonly chunks: readonly Chunk[];
}

function toFrame({ number, lines, end, isEnded, badByte, chunks }: Parts): SseFrame {
  const valuesOf = (field: string) => lines.filter((line) => line.field === field).map(({ value }) => value);
  return {
    number,
    offset: lines[0]?.offset ?? end,
    end,
    lines,
    name: valuesOf('event').at(-1) ?? null,
    data: valuesOf('data'),
    comments: lines.filter(({ raw }) => raw.startsWith(':')).map(({ value }) => value),
    isEnded,
    atMs: arrivalOf(end - 1, chunks),
    badByte,
  };
}

/** When the byte at `offset` arrived. Binary search: streams have thousands of chunks. */
function arrivalOf(offset: number, chunks: readonly Chunk[]): number {
  let low = 0;
  let high = chunks.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((chunks[middle]?.offset ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return chunks[low]?.atMs ?? 0;
}
