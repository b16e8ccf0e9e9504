import type { Choices } from '../api/choices.ts';
import type { Edition } from '../api/editions.ts';
import type { Usage } from '../api/events.ts';
import type { Random } from '../runtime/random.ts';
import type { FrameMemory } from './frame-memory.ts';

/** Everything a turn's events depend on: the request, the session it continues, the server's settings, chance. */
export interface TurnInput {
  readonly prompt: string;
  /** Counts from 1. */
  readonly turn: number;
  /** How often this scenario has answered in its world, this turn included. */
  readonly time: number;
  /** Requested indexes that could not be queried. */
  readonly skippedIndexIds: readonly string[];
  /** What the session has used before this turn. */
  readonly before: SessionUse;
  readonly edition: Edition;
  readonly choices: Choices;
  /** Forked for this session and turn. */
  readonly random: Random;
  /** Frames of plain events, shared by all turns of a server with one framing; null: none are kept. */
  readonly frames: FrameMemory | null;
  /** Fills `{{…}}` templates; the random decides what with. */
  readonly fill: (text: string, random: Random) => string;
}

/** Tokens that a session has used so far. */
export interface SessionUse {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Tokens of the conversation so far, which the next turn reads again. */
  readonly contextTokens: number;
}

/** Usage with every key present. */
export type FullUsage = { readonly [Key in keyof Usage]-?: Exclude<Usage[Key], undefined> };
