import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { ChatMockError, messageOf } from '../runtime/errors.ts';
import { quote } from './text.ts';
import { apiKey } from './value-types.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where the ledger of created sessions is kept: below XDG_STATE_HOME, else below the home directory. */
export function ledgerDirectory(env: Environment, home: () => string = homedir): string {
  const state = env['XDG_STATE_HOME'] || join(env['HOME'] || findHome(home), '.local/state');
  return join(state, 'chat-mock/ledgers');
}

function findHome(home: () => string): string {
  try {
    return home();
  } catch (error) {
    throw new ChatMockError(
      'usage',
      'Failed to find a place for the ledger of created sessions: this user has no home directory. Set XDG_STATE_HOME to a directory that can be written.',
      { cause: error },
    );
  }
}

/** The key of LLAMA_CLOUD_API_KEY; undefined without. Throws `usage` for a key that no header can carry. */
export function keyOf(env: Environment): string | undefined {
  const text = env['LLAMA_CLOUD_API_KEY'];
  if (!text) return undefined;
  const reading = apiKey.read(text, '');
  if (reading.ok) return reading.value;
  throw new ChatMockError(
    'usage',
    `Failed to read LLAMA_CLOUD_API_KEY: the value ${reading.reason}. ${reading.advice}`,
  );
}

/**
 * Node reads NODE_EXTRA_CA_CERTS at its start, and only warns about a file that it cannot use: the connection would fail
 * later, for another reason as it seems. Throws `usage` where an https server is asked and the file is of no use.
 */
export function checkCertificates(env: Environment, urls: readonly string[]): void {
  const file = env['NODE_EXTRA_CA_CERTS'];
  if (!file || !urls.some((url) => /^https:/i.test(url))) return;
  const refuse = (reason: string) =>
    new ChatMockError(
      'usage',
      `Failed to read the certificates of NODE_EXTRA_CA_CERTS, ${quote(file)}: ${reason}. Name a file of certificates in PEM, or unset the variable.`,
    );
  let text: string;
  try {
    text = readFileSync(file, 'latin1');
  } catch (error) {
    throw refuse(messageOf(error));
  }
  if (!/-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----/.test(text)) throw refuse('it holds no certificate');
}
