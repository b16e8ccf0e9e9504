import { spawn } from 'node:child_process';
import { ChatMockError, messageOf } from '../runtime/errors.ts';

/** The program that opens a URL in the default browser, by platform. */
const openers: Readonly<Record<string, readonly string[]>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};

/** What `openUrl` needs of the process; tests give their own. */
export interface Opening {
  readonly platform: string;
  readonly start: typeof spawn;
}

/**
 * Opens a URL in the default browser and does not wait for the browser to end. Rejects with ChatMockError `no_browser`
 * if the program that opens it cannot be started.
 */
export async function openUrl(
  url: string,
  { platform, start }: Opening = { platform: process.platform, start: spawn },
): Promise<void> {
  const [program = '', ...args] = openers[platform] ?? ['xdg-open'];
  const child = start(program, [...args, url], { stdio: 'ignore', detached: true });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (error) =>
      reject(
        new ChatMockError(
          'no_browser',
          `Failed to open ${url} with ${program}: ${messageOf(error)}. Open the address in a browser yourself.`,
        ),
      ),
    );
  });
  child.unref();
}
