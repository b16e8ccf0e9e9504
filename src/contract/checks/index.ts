import type { Check } from '../verdict/check.ts';
import { afterTurnsChecks } from './after-turns.ts';
import { anySequenceChecks } from './any-sequence.ts';
import { authChecks } from './auth.ts';
import { endingChecks } from './ending.ts';
import { frameChecks } from './frames.ts';
import { historyChecks } from './history.ts';
import { httpChecks } from './http.ts';
import { incrementalChecks } from './incremental.ts';
import { isoTimeChecks } from './iso-times.ts';
import { paginationChecks } from './pagination.ts';
import { robustnessChecks } from './robustness.ts';
import { sessionIdChecks } from './session-ids.ts';
import { sessionChecks } from './sessions.ts';
import { stayingChecks } from './stays.ts';
import { alikeChecks } from './stays-alike.ts';
import { titleAndEditionChecks } from './title-and-editions.ts';
import { grammarChecks } from './turn-grammar.ts';
import { validationChecks } from './validation.ts';

/** Every requirement this runner judges by. */
export const checks: readonly Check[] = [
  ...httpChecks,
  ...validationChecks,
  ...authChecks,
  ...sessionChecks,
  ...sessionIdChecks,
  ...isoTimeChecks,
  ...titleAndEditionChecks,
  ...stayingChecks,
  ...alikeChecks,
  ...paginationChecks,
  ...frameChecks,
  ...endingChecks,
  ...grammarChecks,
  ...incrementalChecks,
  ...historyChecks,
  ...afterTurnsChecks,
  ...robustnessChecks,
  ...anySequenceChecks,
];
