import { readFileSync } from 'node:fs';
import { toFlag } from '../src/cli/option.ts';
import { LARGEST_BYTES } from '../src/node/files.ts';
import { MOST_FILES, MOST_LEVELS } from '../src/node/find-files.ts';
import { LISTED_PROBLEMS } from '../src/runtime/errors.ts';
import { type LimitRow, limitRows } from '../src/runtime/limits.ts';
import { MAX_DEPTH } from '../src/runtime/nesting.ts';
import { patternLimits } from '../src/runtime/pattern.ts';
import { MAX_REPEATED } from '../src/runtime/yaml-value.ts';
import { templateLimits } from '../src/scenario/fake-data.ts';
import { BYTES_AT_ONCE, FRAMES_AT_ONCE } from '../src/server/control/frames.ts';
import { MAX_BODY_PATTERNS, MAX_CONTROL_VALUES } from '../src/server/control/parse-body.ts';
import { LISTED_WORLDS } from '../src/server/control/traffic.ts';
import { MAX_JSON_VALUES } from '../src/server/fastapi/parse-python-json.ts';
import { MAX_PROBLEMS } from '../src/server/fastapi/refusal.ts';
import { MAX_PAGE_CHARACTERS } from '../src/server/handlers/list-sessions.ts';
import { bodyLimits } from '../src/server/read-body.ts';
import { MAX_QUEUED_PATTERNS } from '../src/world/answer-queue.ts';
import { KEPT_RECENT_BYTES } from '../src/world/recent-memory.ts';
import { KEPT_BODY_BYTES } from '../src/world/request-record.ts';
import { KEPT_STREAM_BYTES } from '../src/world/sent-log.ts';
import { KEPT_STATES } from '../src/world/stream-record.ts';
import { renderLoad } from './render-load.ts';
import { table } from './show-schema.ts';

const MIB = 1024 * 1024;
const count = (value: number) => value.toLocaleString('en');
const size = (bytes: number) => (bytes >= MIB ? `${count(bytes / MIB)} MiB` : `${count(bytes / 1024)} KiB`);

/** What is limited, to how much, and what happens beyond. */
const sections: Readonly<Record<string, readonly (readonly [string, string, string])[]>> = {
  'Requests of the API': [
    ['size of a body', size(bodyLimits.bytes), '413'],
    ['chunks of a body', count(bodyLimits.pieces), '413'],
    ['values in a JSON body, maps and lists included', count(MAX_JSON_VALUES), '413'],
    ['problems in a 422', count(MAX_PROBLEMS), 'the rest is left out'],
    [
      'characters in a page of sessions',
      count(MAX_PAGE_CHARACTERS),
      'the page is shorter, with a token for the next one',
    ],
  ],
  'Requests of the control API': [
    ['size of a body', size(bodyLimits.bytes), '413 `body_too_large`'],
    [
      'values in a body, maps and lists included',
      count(MAX_CONTROL_VALUES),
      '400 `bad_body`; write a long scenario to a file',
    ],
    ['depth of a body', count(MAX_DEPTH), '400 `bad_body`'],
    ['regexes in a body', count(MAX_BODY_PATTERNS), '400 `bad_body`'],
    ['mistakes in an error', count(LISTED_PROBLEMS), 'the rest is counted'],
  ],
  'What a world keeps': [
    ['regexes in the matches of queued answers', count(MAX_QUEUED_PATTERNS), '429 `queue_full`'],
    ['size of a body in the journal', size(KEPT_BODY_BYTES), 'the request is kept without its body'],
  ],
  'What the inspector can show': [
    [
      'bytes of streams and of answers, all worlds together',
      size(KEPT_RECENT_BYTES),
      'the oldest are forgotten; the page says so',
    ],
    ['bytes of one stream', size(KEPT_STREAM_BYTES), 'only its beginning is kept; `kept` is `cut`'],
    ['changes of state of one stream', count(KEPT_STATES), 'the oldest but the first are forgotten'],
    ['worlds that are listed', count(LISTED_WORLDS), 'those used last are; `total` counts all'],
    ['frames; their bytes in one answer', `${count(FRAMES_AT_ONCE)}; ${size(BYTES_AT_ONCE)}`, '`has_more` is true'],
  ],
  'Regexes and templates': [
    ['characters of a regex', count(patternLimits.characters), 'an error when it is read'],
    ['instructions that a regex compiles to', count(patternLimits.instructions), 'an error when it is read'],
    ['characters of a text that a regex looks at', count(patternLimits.textCharacters), 'a longer text matches none'],
    ['characters of a template', count(templateLimits.sourceCharacters), 'an error when it is read'],
    ['a number in the arguments of a template', count(templateLimits.size), 'an error when it is read'],
    ['templates of a turn', count(templateLimits.templates), 'an error when it is read'],
    [
      'random choices of a template; of a turn',
      `${count(templateLimits.choices)}; ${count(templateLimits.choicesPerTurn)}`,
      'an error when it is read',
    ],
    [
      'characters that the templates of a turn make',
      count(templateLimits.charactersPerTurn),
      'an error when it is read',
    ],
  ],
  Files: [
    ['size of a file', size(LARGEST_BYTES), 'an error at the start'],
    ['files in a folder and its subfolders', count(MOST_FILES), 'an error at the start'],
    ['depth of nested folders', count(MOST_LEVELS), 'an error at the start'],
    ['depth of a YAML or JSON document', count(MAX_DEPTH), 'an error with its line'],
    ['values that YAML aliases repeat', count(MAX_REPEATED), 'an error with its line'],
  ],
};

const owners = { server: 'The whole server', world: 'Each world', request: 'Each request' } as const;

/** The bounds that can be set, by what has them. */
function renderBounds(): string {
  return Object.entries(owners)
    .map(([of, title]) => {
      const rows = Object.entries<LimitRow>(limitRows).filter(([, row]) => row.of === of);
      const cells = rows.map(([name, row]) => [
        `\`${toFlag(name)}\``,
        row.what,
        row.unit === 'bytes' ? size(row.default) : `${count(row.default)}${row.unit === 'ms' ? ' ms' : ''}`,
        row.beyond,
      ]);
      return `### ${title}\n\n${table(['flag', 'what', 'default', 'beyond it'], cells)}`;
    })
    .join('\n\n');
}

/** Every limit that a user can meet. */
export function renderLimits(): string {
  const parts = Object.entries(sections).map(
    ([title, rows]) => `## ${title}

${table(['what', 'limit', 'beyond it'], rows)}`,
  );
  return `<!-- Made by \`npm run generate:documents\` from scripts/render-limits.ts and the constants it names; never edited. -->
# Limits

Everything that comes from outside has a limit, so that no request can stop the server for others. \`npm run bench -- --only hostile-requests\` sends the most expensive requests that these limits allow, and measures how long they block the event loop: less than 50 ms on two cores.

## Limits that you can set

Each is a flag of \`serve\` and \`run\`, an environment variable (\`--max-sessions\`: \`CHAT_MOCK_MAX_SESSIONS\`), a key of a configuration file (\`maxSessions\`), and a member of the option \`limits\` of \`createChatMock\`: \`createChatMock({ limits: { maxSessions: 100 } })\`. An error names its limit and the flag. 429 means that one caller holds too much, 503 that the server is full at the moment.

${renderBounds()}

${parts.join('\n\n')}

## What two cores hold

${renderLoad()}

## What holds for long

\`npm run soak\` sends users of every kind to one mock, over HTTP/1.1 and HTTP/2: they read turns, leave them, are cut off, read slowly, wait at holds, make mistakes, reset their worlds. It checks every answer, the journal and the hash of each stream, and after each round what the mock holds when nobody is there. Its last long run:

${readFileSync(new URL('../bench/soak.md', import.meta.url), 'utf8').trim()}
`;
}
