import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const executablePath = '/usr/bin/chromium';

/** Whether there is a browser to test with; on CI there must be one. */
export const hasChromium = existsSync(executablePath);
if (!hasChromium && process.env['CI']) throw new Error('There is no Chromium. Install it: apt-get install chromium');
if (!hasChromium) console.warn('Skipped: there is no Chromium. Install it: apt-get install chromium');

const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--host-resolver-rules=MAP evil.test 127.0.0.1',
];

/** How it is started. */
export const chromiumOptions = { executablePath, args };

/** A browser to which `evil.test` is this machine. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch(chromiumOptions);
}
