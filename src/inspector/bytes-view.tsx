import { formatBytes } from './format.ts';
import { hexDump, visibleText } from './hex-dump.ts';
import { Scrolling } from './ui.tsx';

/** More bytes of one frame are not shown. */
const SHOWN_HEX = 8 * 1024;
const SHOWN_TEXT = 64 * 1024;

/** Bytes of a stream as text with its control characters visible, or as a hex dump with offsets into the body. */
export function BytesView({
  bytes,
  offset,
  isHex,
}: {
  readonly bytes: Uint8Array;
  readonly offset: number;
  readonly isHex: boolean;
}) {
  const most = isHex ? SHOWN_HEX : SHOWN_TEXT;
  const shown = bytes.subarray(0, most);
  return (
    <Scrolling label={isHex ? 'The bytes of the event' : 'The raw text of the event'}>
      {isHex
        ? hexDump(shown, offset).map(({ offset: at, hex, text }) => (
            <span class="line" key={at}>
              <span class="hex-offset">{at}</span>
              {`  ${hex}  `}
              <span class="hex-text">{text}</span>
            </span>
          ))
        : visibleText(shown)}
      {bytes.byteLength > most && <span class="hint">… {formatBytes(bytes.byteLength - most)} more</span>}
    </Scrolling>
  );
}
