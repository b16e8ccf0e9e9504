import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Spec } from '../harness/contestants.ts';
import type { RequestLoad } from '../harness/load.ts';

type Request = RequestLoad['requests'][number];

/** How a peer is started, and what it can do of what the mock does. */
export interface Peer {
  readonly args: (port: number) => readonly string[];
  /** The list of 20, as bytes that were given beforehand. */
  readonly list?: Request;
  /** A turn of 200 deltas. */
  readonly turn: Request;
  /** What it answers soon after its start. */
  readonly probe: string;
}

interface Setting {
  readonly installed: string;
  readonly folder: string;
  readonly spec: Spec;
}

const listPath = '/api/v1/chat';
const turn: Request = { method: 'POST', path: '/api/v1/chat/x/messages/stream', body: '{}' };

/** Peers that are servers, each given the same bytes as far as it takes bytes. */
export function describePeers(setting: Setting): Readonly<Record<'aimock' | 'prism' | 'mockoon', Peer>> {
  return { aimock: describeAimock(setting), prism: describePrism(setting), mockoon: describeMockoon(setting) };
}

/** Speaks the API of OpenAI: its frames have some 216 bytes instead of 120, and it has no list of sessions. */
function describeAimock({ installed, folder, spec }: Setting): Peer {
  const file = join(folder, 'aimock.json');
  const { frames } = spec.stream;
  // Its chunks have one size.
  const content = 'delta of some sixty characters, so that they are as many again. '
    .slice(0, 62)
    .repeat(frames.length - 2);
  writeFileSync(file, JSON.stringify({ fixtures: [{ match: { userMessage: 'hello' }, response: { content } }] }));
  const body = JSON.stringify({ model: 'gpt-4', stream: true, messages: [{ role: 'user', content: 'hello' }] });
  return {
    args: (port) => [
      ...[join(installed, 'node_modules/@copilotkit/aimock/dist/cli.js'), '-p', String(port), '-f', file],
      ...['-c', '62', '--log-level', 'silent'],
    ],
    turn: { method: 'POST', path: '/v1/chat/completions', body },
    probe: '/v1/models',
  };
}

function describePrism({ installed, folder, spec }: Setting): Peer {
  const file = join(folder, 'prism.json');
  const answer = (type: string, example: unknown) => ({
    responses: { 200: { description: 'An example.', content: { [type]: { example } } } },
  });
  const document = {
    openapi: '3.0.3',
    info: { title: 'Bench', version: '1' },
    paths: {
      [listPath]: { get: answer('application/json', JSON.parse(spec.list)) },
      [turn.path]: {
        post: {
          requestBody: { content: { 'application/json': { schema: { type: 'object' } } } },
          ...answer('text/event-stream', spec.stream.frames.join('')),
        },
      },
    },
  };
  writeFileSync(file, JSON.stringify(document));
  return {
    args: (port) => [
      ...[join(installed, 'node_modules/@stoplight/prism-cli/dist/index.js'), 'mock', file],
      ...['-p', String(port), '-v', 'silent'],
    ],
    list: { path: listPath },
    turn,
    probe: listPath,
  };
}

function describeMockoon({ installed, folder, spec }: Setting): Peer {
  const file = join(folder, 'mockoon.json');
  const route = (uuid: string, method: string, { path, type, body }: Record<'path' | 'type' | 'body', string>) => ({
    ...{ uuid, type: 'http', method, endpoint: path.slice(1), documentation: '', responseMode: null },
    responses: [
      {
        ...{ uuid: `${uuid}-response`, body, statusCode: 200, latency: 0, label: '', default: true },
        headers: [{ key: 'content-type', value: type }],
        ...{ bodyType: 'INLINE', disableTemplating: true, rules: [], rulesOperator: 'OR', callbacks: [] },
      },
    ],
  });
  const environment = {
    ...{ uuid: 'bench', lastMigration: 33, name: 'bench', port: 0, hostname: '127.0.0.1', latency: 0 },
    routes: [
      route('list', 'get', { path: listPath, type: 'application/json', body: spec.list }),
      route('turn', 'post', { path: turn.path, type: 'text/event-stream', body: spec.stream.frames.join('') }),
    ],
    rootChildren: ['list', 'turn'].map((uuid) => ({ type: 'route', uuid })),
  };
  writeFileSync(file, JSON.stringify(environment));
  return {
    args: (port) => [
      ...[join(installed, 'node_modules/@mockoon/cli/bin/run.js'), 'start', '-d', file, '-p', String(port)],
      ...['--disable-admin-api', '--disable-log-to-file', '--repair'],
    ],
    list: { path: listPath },
    turn,
    probe: listPath,
  };
}
