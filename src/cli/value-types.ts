import { isAbsolute, resolve } from 'node:path';
import { type ReportFormat, reportFormats } from '../reporters/index.ts';
import { readOrigin } from '../server/cors.ts';
import type { ValueResult, ValueType } from './option.ts';
import { adviseOneOf } from './text.ts';

const good = <Value>(value: Value): ValueResult<Value> => ({ ok: true, value });
const bad = (reason: string, advice: string): ValueResult<never> => ({ ok: false, reason, advice });

/** A whole number from `min` to `max`, both included. */
export function wholeNumber(min: number, max: number, advice: string): ValueType<number> {
  return {
    placeholder: 'N',
    read: (text) => {
      const isInside = /^\d{1,15}$/.test(text) && Number(text) >= min && Number(text) <= max;
      return isInside ? good(Number(text)) : bad(`is not a whole number from ${min} to ${max}`, advice);
    },
  };
}

/** One of the given words. */
export function oneOf<const Word extends string>(words: readonly Word[]): ValueType<Word> {
  return {
    placeholder: words.join('|'),
    read: (text) => {
      const word = words.find((candidate) => candidate === text);
      return word === undefined
        ? bad('is unknown', adviseOneOf(text, { what: 'Known values', names: words }))
        : good(word);
    },
  };
}

/** Any text that is not empty. */
export function anyText(placeholder: string): ValueType<string> {
  return { placeholder, read: good };
}

/** A number if the text is one in its usual notation; otherwise the text. */
export const seed: ValueType<number | string> = {
  placeholder: 'TEXT',
  read: (text) => good(String(Number(text)) === text && Number.isFinite(Number(text)) ? Number(text) : text),
};

/** A speed factor, or `instant`. */
export const speed: ValueType<number | 'instant'> = {
  placeholder: 'N|instant',
  read: (text) => {
    if (text === 'instant') return good(text);
    const factor = /^(\d+\.?\d*|\.\d+)$/.test(text) ? Number(text) : 0;
    return factor > 0 && Number.isFinite(factor)
      ? good(factor)
      : bad('is not a speed', 'Give a number above 0 (2 is twice as fast, 0.5 half as fast), or instant.');
  },
};

/** A path; a relative one is resolved against the working directory or the configuration file's directory. */
export function path(placeholder: string): ValueType<string> {
  // Messages show the path as typed if it means the same file.
  const isFine = (text: string, directory: string) => isAbsolute(text) || directory === process.cwd();
  return { placeholder, read: (text, directory) => good(isFine(text, directory) ? text : resolve(directory, text)) };
}

/** A Unix socket, as `unix:PATH`. */
export const unixSocket: ValueType<string> = {
  placeholder: 'unix:PATH',
  read: (text, directory) => {
    const [, file = ''] = /^unix:(.+)$/s.exec(text) ?? [];
    if (file === '')
      return bad('is not the path of a Unix socket', 'Write unix:/run/chat-mock.sock; --port takes a port.');
    return path('PATH').read(file, directory);
  },
};

/** The origin of a page as browsers send it: scheme, host and port, nothing after. */
export const origin: ValueType<string> = {
  placeholder: 'ORIGIN',
  read: (text) => {
    const example = 'Give scheme, host and port as in http://localhost:5173, once for each origin.';
    if (text === '*')
      return bad(
        'would let every website that anyone here visits read and change this mock',
        `${example} Pages on this machine may call without being listed.`,
      );
    const normal = readOrigin(text);
    if (normal === null) return bad('is not an origin', example);
    return text === normal ? good(text) : bad('is not an origin as browsers send it', `Did you mean ${normal}?`);
  },
};

/** The token after "Bearer "; never printed. */
export const apiKey: ValueType<string> = {
  placeholder: 'KEY',
  isSecret: true,
  read: (text) => {
    if (!/^[\x21-\x7e]+$/.test(text))
      return bad('has characters that no header can carry', 'Use letters, digits and signs of ASCII, without blanks.');
    return /^,+$/.test(text) ? bad('is nothing but commas', 'Give KEY, or leave it out.') : good(text);
  },
};

/** A header, as `Name: value`; its value is never printed. */
export const header: ValueType<readonly [name: string, value: string]> = {
  placeholder: 'NAME: VALUE',
  isSecret: true,
  read: (text) => {
    const [, name = '', value = ''] = /^([^:\s]+):[ \t]*(.*)$/s.exec(text) ?? [];
    return name === '' ? bad('is not a header', 'Write it as in "X-Team: search".') : good([name, value]);
  },
};

/** One part of several: `2/5`. */
export const shard: ValueType<{ readonly number: number; readonly of: number }> = {
  placeholder: 'K/N',
  read: (text) => {
    const [, number, of] = (/^(\d{1,4})\/(\d{1,4})$/.exec(text) ?? []).map(Number);
    return number !== undefined && of !== undefined && number >= 1 && number <= of
      ? good({ number, of })
      : bad('is not a part of several', 'Write it as in 2/5, the second of five parts.');
  },
};

/** A boolean in the environment or in `--flag=…`. */
export const onOff: ValueType<boolean> = {
  placeholder: 'true|false',
  read: (text) => {
    if (text === 'true' || text === '1') return good(true);
    if (text === 'false' || text === '0') return good(false);
    return bad('is neither on nor off', 'Give true or 1, false or 0.');
  },
};

/** Where a report goes, and in which format. */
export const report: ValueType<{ readonly format: ReportFormat; readonly file: string }> = {
  placeholder: 'FORMAT=PATH',
  read: (text, directory) => {
    const [name = '', ...rest] = text.split('=');
    const format = reportFormats.find((one) => one === name);
    if (format === undefined)
      return bad('has no known format', adviseOneOf(name, { what: 'Formats', names: reportFormats }));
    const file = rest.join('=');
    if (file === '') return bad('names no file', `Write ${format}=FILE, or ${format}=- for stdout.`);
    return good({ format, file: file === '-' ? file : resolve(directory, file) });
  },
};
