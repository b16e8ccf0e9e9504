import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { createInterface } from 'node:readline';

/** What a process has used so far. */
interface Usage {
  /** NaN where the system does not tell (it is read from /proc). */
  readonly cpuSeconds: number;
  readonly residentBytes: number;
}

/** The line with which a program says that it is ready. */
interface Ready {
  readonly url: string;
  /** Where it listens over TLS, and the certificate that clients must trust. */
  readonly secureUrl?: string;
  readonly certFile?: string;
}

export interface Server {
  readonly url: string;
  readonly ready: Ready;
  readonly child: ChildProcess;
  usage(): Usage;
  stop(): Promise<void>;
}

/** Linux counts processor time in hundredths of a second, memory in pages of 4 KiB. */
const TICKS_PER_SECOND = 100;
const PAGE_BYTES = 4096;
const PROBE_MS = 5;

/** Starts a program that prints its URL as the JSON of its first line. */
export async function startServer(
  args: readonly string[],
  { withMessages = false }: { readonly withMessages?: boolean } = {},
): Promise<Server> {
  const child = spawnServer(args, withMessages);
  const lines = createInterface({ input: child.stdout });
  const ready = await new Promise<Ready>((resolve, reject) => {
    lines.once('line', (line) => resolve(JSON.parse(line) as Ready));
    child.once('exit', (code) => reject(new Error(`node ${args.join(' ')} ended with ${code} before it was ready.`)));
  });
  lines.on('line', () => {}); // A log that nobody reads would stop its writer.
  return toServer(child, ready);
}

/** Starts a program that says nothing of where it listens; it is ready when `probe` is answered. */
export async function startOnPort(args: (port: number) => readonly string[], probe: string): Promise<Server> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawnServer(args(port), false);
  child.stdout.resume();
  while (!(await answers(url + probe))) {
    if (child.exitCode !== null) throw new Error(`node ${args(port).join(' ')} ended with ${child.exitCode}.`);
    await new Promise((resolve) => setTimeout(resolve, PROBE_MS));
  }
  return toServer(child, { url });
}

function spawnServer(args: readonly string[], withMessages: boolean) {
  const stdio = withMessages
    ? (['ignore', 'pipe', 'inherit', 'ipc'] as const)
    : (['ignore', 'pipe', 'inherit'] as const);
  const child = spawn(process.execPath, args, { stdio: [...stdio] });
  const { stdout } = child;
  if (!stdout) throw new Error('A child with a piped stdout has one.');
  // A run that fails, or is interrupted, leaves nothing behind.
  const end = () => void child.kill('SIGKILL');
  process.once('exit', end);
  child.once('exit', () => process.off('exit', end));
  return Object.assign(child, { stdout });
}

function toServer(child: ChildProcess, ready: Ready): Server {
  return {
    url: ready.url,
    ready,
    child,
    usage: () => readUsage(child.pid ?? 0),
    stop: () =>
      new Promise((resolve) => {
        if (child.exitCode !== null || child.signalCode !== null) resolve();
        else child.once('exit', () => resolve()).kill('SIGKILL');
      }),
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo; // A TCP server's address is never a pipe's name.
      server.close(() => resolve(port));
    });
  });
}

async function answers(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url, { headers: { connection: 'close' } });
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    return false; // Not yet.
  }
}

/** Runs a program to its end; returns what it printed as JSON. */
export async function runJson<Result>(args: readonly string[], options: RunOptions = {}): Promise<Result> {
  const { stdout, exitCode } = await runProgram(args, options);
  if (exitCode !== 0) throw new Error(`node ${args.join(' ').slice(0, 300)} ended with ${exitCode}.`);
  return JSON.parse(stdout) as Result;
}

interface RunOptions {
  /** Its stdin. */
  readonly input?: string;
  /** Beside the environment of the harness. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a program to its end. */
export function runProgram(
  args: readonly string[],
  { input = '', env = {} }: RunOptions = {},
): Promise<{ readonly stdout: string; readonly exitCode: number | null }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, ...env },
    });
    child.stdin.on('error', () => {}); // It may end without having read it.
    child.stdin.end(input);
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text;
    });
    child.once('error', reject);
    child.once('close', (exitCode) => resolve({ stdout, exitCode }));
  });
}

function readUsage(pid: number): Usage {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    const [userTicks = Number.NaN, systemTicks = Number.NaN] = fields.slice(11, 13).map(Number);
    return {
      cpuSeconds: (userTicks + systemTicks) / TICKS_PER_SECOND,
      residentBytes: Number(fields[21]) * PAGE_BYTES,
    };
  } catch {
    return { cpuSeconds: Number.NaN, residentBytes: Number.NaN }; // Not Linux: only what is counted in time can be compared.
  }
}
