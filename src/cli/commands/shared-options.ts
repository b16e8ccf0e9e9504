import { defaultEdition, editions } from '../../api/editions.ts';
import type { Option, Single } from '../option.ts';
import { anyText, oneOf, path, wholeNumber } from '../value-types.ts';

/** The option that every command has. */
export const config = {
  kind: 'single',
  type: path('FILE'),
  default: undefined,
  summary: 'Configuration file; by default chat-mock.config.* in the working directory.',
} as const satisfies Single;

/** Scenarios beside the built-in ones. */
export const scenarios = {
  kind: 'single',
  type: path('DIR'),
  default: undefined,
  summary: 'Directory of scenario files, added to the built-in scenarios; yours win by name.',
} as const satisfies Single;

/** Leaves out everything that is built in. */
export const noBuiltIn = {
  kind: 'switch',
  summary: 'Leave out the built-in scenarios, sessions and indexes.',
} as const satisfies Option;

/** The API edition to use. */
export const edition = {
  kind: 'single',
  type: oneOf(editions),
  default: defaultEdition,
  summary: 'API edition to emulate.',
} as const satisfies Single;

/** The port of a server. */
export const port = {
  kind: 'single',
  type: wholeNumber(0, 65_535, 'Give a free port, or 0 to take any.'),
  default: 4010,
  foreignVariable: 'PORT',
  summary: 'Port to listen on; 0 picks a free one. The variable PORT is used too.',
} as const satisfies Single;

/** The address of a server. */
export const host = {
  kind: 'single',
  type: anyText('HOST'),
  default: '127.0.0.1',
  summary: 'Address to listen on.',
} as const satisfies Single;

/** The options of commands that write a recording. */
export const recordingOptions = {
  out: { kind: 'single', type: path('DIR'), default: undefined, summary: 'Directory of the recording.' },
  redact: {
    kind: 'repeatable',
    type: anyText('NAME'),
    summary: 'Hide the values of this name too: a header, a query parameter or a JSON key.',
  },
  redactPrompts: { kind: 'switch', summary: 'Replace prompts, answers and tool results by pseudonyms.' },
  force: { kind: 'switch', summary: 'Replace a recording that is there.' },
} as const satisfies Readonly<Record<string, Option>>;
