import { createRandom } from '../../runtime/random.ts';
import { isSameSecret } from '../../runtime/secrets-equal.ts';
import { errorAnswer, type Headers, type WholeAnswer } from '../answer.ts';
import { corsHeaders } from '../cors.ts';
import type { Engine } from '../engine.ts';
import { drawPage } from '../page-image.ts';
import type { IncomingRequest } from '../request.ts';

/** The path of the page images. */
export const pagesPath = '/__mock/pages/';

interface Page {
  readonly source_id: string;
  readonly name: string;
  readonly expiresAt: string;
  readonly seed: number | string;
}

/** Path and query of a page image, signed as a presigned URL is. */
export function signPage(page: Page): string {
  const name = page.name.split('/').map(encodeURIComponent).join('/');
  const query = new URLSearchParams({
    source_id: page.source_id,
    'X-Amz-Expires': page.expiresAt,
    'X-Amz-Signature': signature(page),
  });
  return `${pagesPath}${name}?${query}`;
}

/** Serves the image of a signed URL. Like any presigned URL, it needs no key. */
export function servePage({ seed, corsRules }: Engine, request: IncomingRequest): WholeAnswer {
  const cors: Headers = {
    ...corsHeaders(request, corsRules), // So that a page may fetch the image, too.
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'cross-origin',
  };
  const query = new URLSearchParams(request.query);
  const page = {
    source_id: query.get('source_id') ?? '',
    name: decodePath(request.path.slice(pagesPath.length)),
    expiresAt: query.get('X-Amz-Expires') ?? '',
    seed,
  };
  if (!isSameSecret(query.get('X-Amz-Signature') ?? '', signature(page)))
    return errorAnswer(403, 'Invalid signature', cors);
  return {
    status: 200,
    headers: { ...cors, 'content-type': 'image/png', 'cache-control': 'private, max-age=300' },
    body: drawPage(`${page.source_id}/${page.name}`),
  };
}

/** The path's characters; one that cannot be decoded stays as it is and fails by its signature. */
function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function signature({ source_id, name, expiresAt, seed }: Page): string {
  return createRandom(seed).fork('page', source_id, name, expiresAt).text(40);
}
