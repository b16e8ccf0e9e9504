export type {
  Event as ChatEvent,
  StopEvent,
  TextDeltaEvent,
  TextEvent,
  ThinkingDeltaEvent,
  ThinkingEvent,
  ToolCallEvent,
  ToolResultEvent,
  Usage,
  UserInputEvent,
} from '../api/events.ts';
export { type ReadOptions, readEvents } from './read-events.ts';
export { applyEvent, emptyTurn, type ToolPart, type Turn, type TurnPart, type WrittenPart } from './turn.ts';
