import type { IncomingRequest } from './request.ts';

/** A base path as the server compares it: `/llama`, or '' for none. */
export function toBasePath(text: string): string {
  return text.replace(/\/+$/, '');
}

/** Whether a text can be a base path, with or without a slash at its end. */
export function isBasePath(text: string): boolean {
  return /^(?:\/[^\s/?#]+)*\/?$/.test(text);
}

/** Returns the path below the base path, as `/api/v1/chat`; null if the path is outside of it. */
export function belowBase(basePath: string, path: string): string | null {
  if (basePath === '') return path;
  if (path === basePath) return '/';
  return path.startsWith(`${basePath}/`) ? path.slice(basePath.length) : null;
}

/** The URL that the API's paths follow, as the client named it. */
export function baseUrl({ origin, basePath }: IncomingRequest): string {
  return origin + (basePath ?? '');
}
