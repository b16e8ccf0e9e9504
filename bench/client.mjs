import { connect } from 'node:net';

/** `node bench/client.mjs KIND URL SECONDS IDS`: loads a server and prints what it saw as JSON. Kinds: list, streams, paced. */
const [kind, url, seconds, ids] = process.argv.slice(2);
const { port, hostname } = new URL(url);
const endMs = performance.now() + Number(seconds) * 1000;
const sessions = JSON.parse(ids);
const END = Buffer.from('0\r\n\r\n');
const head = `host: ${hostname}:${port}\r\nauthorization: Bearer x\r\n`;

const streamRequest = (id, prompt) => {
  const body = JSON.stringify({ index_ids: ['a'], prompt });
  return `POST /api/v1/chat/${id}/messages/stream HTTP/1.1\r\n${head}content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
};

/** Sends requests one after the other on one connection; `isWhole` says when an answer has come in full. */
function loop(request, isWhole) {
  return new Promise((resolve, reject) => {
    let whole = 0;
    let bytes = 0;
    const socket = connect({ port, host: hostname, noDelay: true }, () => socket.write(request));
    socket.once('error', reject);
    socket.on('data', (chunk) => {
      bytes += chunk.length;
      if (!isWhole(chunk)) return;
      whole += 1;
      if (performance.now() < endMs) return socket.write(request);
      socket.destroy();
      resolve({ whole, bytes });
    });
  });
}

async function list() {
  const request = `GET /api/v1/chat?page_size=20 HTTP/1.1\r\n${head}\r\n`;
  return loops(32, () => {
    let open = Number.NaN;
    return [
      request,
      (chunk) => {
        if (Number.isNaN(open)) {
          const end = chunk.indexOf('\r\n\r\n');
          open = Number(/content-length: (\d+)/i.exec(chunk.toString('latin1', 0, end))?.[1]) + end + 4;
        }
        open -= chunk.length;
        if (open > 0) return false;
        open = Number.NaN;
        return true;
      },
    ];
  });
}

async function streams() {
  return loops(32, (index) => {
    let tail = Buffer.alloc(0);
    return [
      streamRequest(sessions[index % sessions.length], '/bench-instant'),
      (chunk) => {
        tail = chunk.length >= 5 ? chunk.subarray(-5) : Buffer.concat([tail, chunk]).subarray(-5);
        return tail.equals(END);
      },
    ];
  });
}

async function loops(count, make) {
  const results = await Promise.all(Array.from({ length: count }, (_, index) => loop(...make(index))));
  return {
    whole: results.reduce((sum, { whole }) => sum + whole, 0),
    seconds: Number(seconds),
    bytes: results.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

/** Every session streams once; how late each event is against the first one of its stream and the script's gap. */
async function paced() {
  const late = [];
  let events = 0;
  await Promise.all(
    sessions.map(
      (id, index) =>
        new Promise((resolve, reject) => {
          setTimeout(() => {
            let firstMs = null;
            let seen = 0;
            let tail = '';
            const socket = connect({ port, host: hostname, noDelay: true }, () =>
              socket.write(streamRequest(id, '/bench-paced')),
            );
            socket.once('error', reject);
            socket.on('data', (chunk) => {
              const nowMs = performance.now();
              const text = tail + chunk.toString('latin1');
              const deltas = text.split('"type":"text_delta"').length - 1;
              for (let count = 0; count < deltas; count++) {
                firstMs ??= nowMs;
                late.push(nowMs - firstMs - seen * 100);
                seen += 1;
              }
              tail = text.slice(Math.max(text.lastIndexOf('"type":"text_delta"') + 19, text.length - 18));
              if (!text.endsWith('0\r\n\r\n')) return;
              events += seen;
              socket.destroy();
              resolve();
            });
          }, index % 1000);
        }),
    ),
  );
  late.sort((a, b) => a - b);
  const at = (share) => Math.round((late[Math.floor(late.length * share)] ?? 0) * 10) / 10;
  return { events, wanted: sessions.length * 50, p50: at(0.5), p99: at(0.99), max: at(0.99999) };
}

console.log(JSON.stringify(await { list, streams, paced }[kind]()));
