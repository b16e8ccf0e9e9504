import { createHash } from 'node:crypto';
import type { Random } from '../../src/runtime/random.ts';
import { turnRequest } from '../harness/contestants.ts';
import type { Answer, Send, Sent } from './transports.ts';

/** One user in a world of its own. */
export interface Visit {
  readonly random: Random;
  /** Sends to the API; each request is counted. */
  readonly send: Send;
  /** Asks the control API of this world; returns its answer. Throws if it refuses. */
  control<Told>(route: string, body?: object): Promise<Told>;
  /** What has this name must be the same in every visit. */
  same(name: string, value: string): void;
}

/** What a user does. Throws when an answer is not what it must be. */
export type User = (visit: Visit) => Promise<void>;

interface StreamLine {
  readonly end: string | null;
  readonly bytes: number;
  readonly sha256: string | null;
}

const json = { 'content-type': 'application/json' };
const HUGE = 2_000_000;
/** A slow reader stops reading for so long, so often. */
const PAUSE_MS = 4;

/** Every kind of user, by name. */
export const users: Readonly<Record<string, User>> = {
  'reads a whole turn': async (visit) => {
    const prompt = visit.random.pick(['What changed in Q3?', '/markdown-zoo', '/parallel-tools', '/split-characters']);
    const answer = await ask(visit, prompt);
    const body = await read(answer);
    visit.same(`turn ${prompt}`, hashOf(body));
    const stream = await endOf(visit);
    check(
      stream.end === 'close' && stream.sha256 === hashOf(body),
      `the record of ${prompt} is not what was read`,
      stream,
    );
  },

  'leaves a turn': async (visit) => {
    const answer = await ask(visit, '/long-answer');
    const part = await readAtLeast(answer, visit.random.integer(1, 2000));
    answer.leave();
    const stream = await endOf(visit);
    check(
      stream.end === 'client_left' && stream.bytes >= part.byteLength,
      'the mock did not see the client leave',
      stream,
    );
  },

  'is cut off': async (visit) => {
    const how = visit.random.pick(['close', 'truncate', 'reset'] as const);
    const after = { event: visit.random.integer(1, 5) };
    await visit.control('POST next', {
      scenario: { steps: [{ text: 'One two three four five six.' }], ends: { after, how } },
    });
    const answer = await ask(visit, 'Go on');
    const { body, isWhole } = await readUntilCut(answer);
    check(isWhole === (how === 'close'), `${how} was ${isWhole ? 'an end' : 'a failure'} for the client`);
    visit.same(`cut after ${after.event}`, hashOf(body));
    check((await endOf(visit)).end === how, `the record does not say ${how}`);
  },

  'lets it hang': async (visit) => {
    const ends = { after: { event: 2 }, how: 'hang' };
    await visit.control('POST next', { scenario: { steps: [{ text: 'One two three.' }], ends } });
    const answer = await ask(visit, 'Go on');
    await readAtLeast(answer, 1);
    await visit.control('POST streams/wait', { match: { state: 'hanging' } });
    answer.leave();
    check((await endOf(visit)).end === 'client_left', 'the mock did not see the client leave');
  },

  'reads a huge frame slowly': async (visit) => {
    const answer = await ask(visit, '/huge-frame');
    let bytes = 0;
    for await (const chunk of answer.body) {
      bytes += (chunk as Uint8Array).byteLength;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      if (bytes > HUGE) break;
    }
    answer.leave();
    check(bytes > HUGE, `only ${bytes} bytes came`);
  },

  'waits at a hold': async (visit) => {
    await visit.control('POST next', {
      scenario: { steps: [{ text: 'Before' }, { hold: 'here' }, { text: 'After' }] },
    });
    const answer = await ask(visit, 'Go on');
    const rest = read(answer);
    await visit.control('POST streams/wait', { match: { hold: 'here' } });
    const { released } = await visit.control<{ released: number }>('POST holds/here/release');
    check(released === 1, `${released} holds were released`);
    visit.same('held turn', hashOf(await rest));
  },

  'keeps sessions': async (visit) => {
    const id = await newSession(visit);
    const path = `/api/v1/chat/${id}`;
    await expectStatus(visit, { path }, 200);
    await expectStatus(visit, { path: `${path}/summary` }, 200);
    await expectStatus(visit, { path: '/api/v1/chat?page_size=3' }, 200);
    await expectStatus(visit, { path: `${path}/title`, method: 'POST', body: '{"first_message":"Hi"}' }, 200);
    await expectStatus(visit, { path, method: 'DELETE' }, 204);
    visit.same('after a delete', await expectStatus(visit, { path }, 404));
  },

  'makes mistakes': async (visit) => {
    visit.same('not JSON', await expectStatus(visit, { path: '/api/v1/chat', method: 'POST', body: '{' }, 422));
    visit.same('page size', await expectStatus(visit, { path: '/api/v1/chat?page_size=many' }, 422));
    await expectStatus(visit, { path: '/api/v1/nothing' }, 404);
    await visit.control('POST next', { scenario: { status: 503 }, operation: 'listSessions' });
    await expectStatus(visit, { path: '/api/v1/chat' }, 503);
  },

  'is reset in the middle': async (visit) => {
    await visit.control('POST next', {
      scenario: { steps: [{ text: 'Before' }, { hold: 'here' }, { text: 'After' }] },
    });
    const answer = await ask(visit, 'Go on');
    await visit.control('POST streams/wait', { match: { hold: 'here' } });
    await visit.control('POST reset', {});
    const { body } = await readUntilCut(answer);
    check(!body.includes('"type":"stop"'), 'a turn of a world that was reset went on to its stop');
  },
};

async function newSession({ send }: Visit): Promise<string> {
  const answer = await send({ path: '/api/v1/chat', method: 'POST', body: '{}', headers: json });
  const body = await read(answer);
  check(answer.status === 201, `a create was answered with ${answer.status}`);
  return (JSON.parse(body.toString()) as { readonly session_id: string }).session_id;
}

/** Begins a turn in a new session. */
async function ask(visit: Visit, prompt: string): Promise<Answer> {
  const answer = await visit.send({ ...turnRequest(await newSession(visit), prompt), headers: json });
  check(answer.status === 200, `a turn was answered with ${answer.status}`);
  return answer;
}

async function expectStatus({ send }: Visit, sent: Sent, status: number): Promise<string> {
  const answer = await send({ ...sent, headers: json });
  const body = await read(answer);
  check(
    answer.status === status,
    `${sent.method ?? 'GET'} ${sent.path} was answered with ${answer.status}, not ${status}`,
  );
  return body.toString();
}

/** The newest stream of the world, once it is over. */
async function endOf({ control }: Visit): Promise<StreamLine> {
  const { streams } = await control<{ streams: StreamLine[] }>('POST streams/wait', { match: { state: 'over' } });
  const newest = streams.at(-1);
  if (!newest) throw new Error('No stream is over.');
  return newest;
}

async function read({ body }: Answer): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function readUntilCut({ body }: Answer): Promise<{ readonly body: Buffer; readonly isWhole: boolean }> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of body) chunks.push(chunk as Buffer);
    return { body: Buffer.concat(chunks), isWhole: true };
  } catch {
    return { body: Buffer.concat(chunks), isWhole: false };
  }
}

/** Reads so many bytes, or all there are; the rest stays unread. */
function readAtLeast({ body }: Answer, wanted: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const settle = () => {
      body.off('data', take).off('end', settle).pause();
      resolve(Buffer.concat(chunks));
    };
    const take = (chunk: Buffer) => {
      chunks.push(chunk);
      bytes += chunk.byteLength;
      if (bytes >= wanted) settle();
    };
    body.on('data', take).once('end', settle).once('error', reject);
  });
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function check(isRight: boolean, reason: string, seen?: unknown): asserts isRight {
  if (!isRight) throw new Error(`${reason}${seen === undefined ? '' : `: ${JSON.stringify(seen)}`}.`);
}
