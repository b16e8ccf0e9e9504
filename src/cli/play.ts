import type { Event } from '../api/events.ts';
import type { CompiledScenario } from '../node/play.ts';
import { escapeUnsafe } from '../runtime/escape.ts';
import type { Io } from './io.ts';

const decoder = new TextDecoder();

/** A single huge text exists for its size; print only its beginning. */
const SHOWN_CHARACTERS = 4000;

/** One line per action: time, kind and bytes as escaped text. Holds are released at once. */
export function toWire({ actions, head, createHash }: CompiledScenario): string {
  const hash = createHash();
  const lines = head === null ? [] : [head.trimEnd()];
  let elapsedMs = 0;
  let bytes = 0;
  let writes = 0;
  for (const action of actions) {
    const at = `${elapsedMs.toFixed(1).padStart(10)} ms  ${action.kind.padEnd(5)}`;
    switch (action.kind) {
      case 'wait':
        lines.push(`${at}  ${action.ms.toFixed(1)} ms`);
        elapsedMs += action.ms;
        break;
      case 'gap':
        lines.push(`${at}  a write of its own`);
        break;
      case 'hold':
        lines.push(`${at}  ${escapeUnsafe(action.name)} (until released, ${action.maxMs} ms at most)`);
        break;
      case 'bytes':
        lines.push(`${at}  ${String(action.bytes.byteLength).padStart(6)}  ${show(action.bytes)}`);
        hash.update(action.bytes);
        bytes += action.bytes.byteLength;
        writes += 1;
        break;
      case 'end':
        lines.push(`${at}  ${action.how}`);
        break;
    }
  }
  lines.push(`sha256 ${hash.hex()} of ${bytes} bytes in ${writes} writes`);
  return `${lines.join('\n')}\n`;
}

/** Bytes that are not valid UTF-8, such as half a character, are printed in hex. */
function show(bytes: Uint8Array): string {
  const text = decoder.decode(bytes);
  if (!text.includes('\ufffd')) return escapeUnsafe(JSON.stringify(text));
  return `<${[...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ')}>`;
}

/** Prints the turn as it streams: thinking and tools dimmed, the answer as it is written. */
export async function toTerminal(
  { actions, head }: CompiledScenario,
  { io, speed }: { readonly io: Pick<Io, 'stdout' | 'paint' | 'wait'>; readonly speed: number | 'instant' },
): Promise<void> {
  const { stdout, paint, wait } = io;
  if (head !== null) stdout.write(paint('dim', head));
  const written = { text: false, thinking: false };
  for (const action of actions) {
    if (action.kind === 'wait' && speed !== 'instant') await wait(action.ms / speed);
    if (action.kind === 'hold')
      stdout.write(paint('dim', `\n[hold ${escapeUnsafe(action.name)}: waits for its release]\n`));
    if (action.kind === 'bytes') {
      if (head !== null && action.events.length === 0) stdout.write(escapeLines(decoder.decode(action.bytes)));
      for (const event of action.events) stdout.write(tell(event, written, paint));
    }
    if (action.kind === 'end' && action.how !== 'close') stdout.write(paint('yellow', `\n[ends: ${action.how}]`));
  }
  stdout.write('\n');
}

function tell(event: Event, written: { text: boolean; thinking: boolean }, paint: Io['paint']): string {
  switch (event.type) {
    case 'thinking_delta':
      written.thinking = true;
      return paint('dim', escapeLines(event.content));
    case 'text_delta':
      written.text = true;
      return escapeLines(event.content);
    case 'thinking':
      return closeBlock(written, 'thinking', paint('dim', escapeLines(event.content)));
    case 'text':
      return closeBlock(written, 'text', escapeLines(event.content));
    case 'user_input':
      return `${paint('bold', escapeLines(event.content))}\n`;
    case 'tool_call':
      return `${paint('cyan', `→ ${escapeUnsafe(String(event.name ?? '(nothing)'))}`)} ${paint('dim', short(event.arguments))}\n`;
    case 'tool_result':
      return `${paint('cyan', `← ${escapeUnsafe(String(event.name ?? '(nothing)'))}`)} ${paint('dim', short(event.result))}\n`;
    case 'stop': {
      const { total_input_tokens, total_output_tokens } = event.usage ?? {}; // May be broken on purpose.
      const use = `${total_input_tokens ?? '?'} tokens in, ${total_output_tokens ?? '?'} out`;
      return event.is_error ? paint('red', `✗ ${escapeLines(event.error ?? '')} (${use})`) : paint('green', `✓ ${use}`);
    }
    default:
      return `${paint('yellow', short(event))}\n`; // A scenario may send what the API does not know.
  }
}

/** A complete event repeats deltas that were already printed, so it only ends the line. */
function closeBlock(written: { text: boolean; thinking: boolean }, type: 'text' | 'thinking', content: string): string {
  const wasWritten = written[type];
  written[type] = false;
  return `${wasWritten ? '' : beginningOf(content)}\n\n`;
}

function beginningOf(text: string): string {
  const shown = text.slice(0, SHOWN_CHARACTERS);
  return shown.length === text.length ? text : `${shown}… (${text.length} characters; --wire shows all)`;
}

function short(value: unknown): string {
  const text = escapeUnsafe(JSON.stringify(value) ?? '(nothing)');
  return text.length > 100 ? `${text.slice(0, 99)}…` : text;
}

/** A scenario may omit a text or set it to null. */
function escapeLines(text: unknown): string {
  return typeof text === 'string' ? text.split('\n').map(escapeUnsafe).join('\n') : short(text);
}
