import type { Handlers } from '../handler.ts';
import { createSession } from './create-session.ts';
import { listSessions } from './list-sessions.ts';
import { getAttachment, getIndex, listIndexes } from './neighbours.ts';
import { deleteSession, generateSessionTitle, getSession, getSessionSummary } from './one-session.ts';
import { streamMessages } from './stream-messages.ts';

/** One handler an operation; a missing one does not compile. */
export const handlers: Handlers = {
  listSessions,
  createSession,
  getSession,
  deleteSession,
  getSessionSummary,
  generateSessionTitle,
  streamMessages,
  getAttachment,
  listIndexes,
  getIndex,
};
