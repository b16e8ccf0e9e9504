/** What the mock itself answers: its control API. */
export const controlPath = '/__mock/';
/** The route of the whole control API. */
export const controlRoute = `${controlPath}*`;

/** OpenAPI's placeholders as Hono writes them; an attachment's name may hold slashes. */
export function routePath(path: string): string {
  return path.replace('{attachment_name}', ':attachment_name{.+}').replaceAll(/\{(\w+)\}/g, ':$1');
}
