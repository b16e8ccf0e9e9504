import type { Event, ImageAttachmentRef, ToolCallEvent, ToolResultEvent, Usage } from '../api/events.ts';

/** What the agent has said or done so far in one turn; a plain value that `applyEvent` replaces. */
export interface Turn {
  /** `incomplete`: the stream ended, or was lost, before its `stop`. */
  readonly status: 'running' | 'done' | 'failed' | 'incomplete';
  /** Thoughts, tool calls and texts in the order in which they began. */
  readonly parts: readonly TurnPart[];
  /** Why a turn failed, if it did. */
  readonly error: string | null;
  readonly usage: Usage | null;
  /** Indexes that the turn could not query. */
  readonly skippedIndexIds: readonly string[];
}

/** One part of a turn, told apart by `type`. */
export type TurnPart = WrittenPart | ToolPart;

/** A text or a thought: the deltas so far, then the complete content in their place. */
export interface WrittenPart {
  readonly type: 'text' | 'thinking';
  readonly content: string;
  readonly isComplete: boolean;
}

/** A tool call with its result, matched by `call_id`. */
export interface ToolPart {
  readonly type: 'tool';
  readonly callId: string;
  readonly name: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  /** Any JSON value; undefined while the tool runs. */
  readonly result: unknown;
  readonly image: ImageAttachmentRef | null;
  readonly isComplete: boolean;
}

/** A turn before its first event. */
export const emptyTurn: Turn = { status: 'running', parts: [], error: null, usage: null, skippedIndexIds: [] };

/**
 * The turn after one more event; null stands for the end of the stream. A complete text takes the place of its deltas,
 * so nothing appears twice. A turn that is over stays as it is, and so does one that gets an event of an unknown type.
 *
 * @example
 * ```ts
 * const answer = turn.parts.filter(({ type }) => type === 'text').map(({ content }) => content).join('\n\n');
 * ```
 */
export function applyEvent(turn: Turn, event: Event | null): Turn {
  if (turn.status !== 'running') return turn;
  if (event === null) return { ...turn, status: 'incomplete' };
  switch (event.type) {
    case 'text_delta':
      return write(turn, 'text', { delta: event.content });
    case 'thinking_delta':
      return write(turn, 'thinking', { delta: event.content });
    case 'text':
    case 'thinking':
      return write(turn, event.type, { whole: event.content });
    case 'tool_call':
      return useTool(turn, event, { arguments: event.arguments });
    case 'tool_result':
      return useTool(turn, event, { result: event.result, image: event.image_attachment ?? null, isComplete: true });
    case 'stop':
      return {
        ...turn,
        status: event.is_error ? 'failed' : 'done',
        error: event.error,
        usage: event.usage,
        skippedIndexIds: event.skipped_index_ids ?? [],
      };
    case 'user_input': // The prompt, which whoever asked has.
      return turn;
  }
  return turn; // A type that is newer than this code.
}

/** Continues or completes the last part of this type, if that is open; else begins another. */
function write(
  turn: Turn,
  type: WrittenPart['type'],
  { delta = '', whole }: { readonly delta?: string; readonly whole?: string },
): Turn {
  const at = turn.parts.findLastIndex((part) => part.type === type && !part.isComplete);
  const open = turn.parts[at];
  const before = open && 'content' in open ? open.content : '';
  return put(turn, at, { type, content: whole ?? before + delta, isComplete: whole !== undefined });
}

/** A call and its result may arrive in either order. */
function useTool(
  turn: Turn,
  { call_id: callId, name }: ToolCallEvent | ToolResultEvent,
  news: Partial<ToolPart>,
): Turn {
  const at = turn.parts.findIndex((part) => part.type === 'tool' && part.callId === callId);
  const blank = {
    type: 'tool',
    callId,
    name,
    arguments: {},
    result: undefined,
    image: null,
    isComplete: false,
  } as const;
  return put(turn, at, { ...blank, ...turn.parts[at], ...news } as ToolPart); // At an index that is a tool's.
}

function put(turn: Turn, at: number, part: TurnPart): Turn {
  return { ...turn, parts: at === -1 ? [...turn.parts, part] : turn.parts.with(at, part) };
}
