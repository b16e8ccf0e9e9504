/** What stands before the parameters; the blanks are those Python strips and a header can hold. */
const jsonMediaType = /^[\s\x85]*application\/(?:json|[^/]*\+json)[\s\x85]*$/i;

/** Whether FastAPI reads a body of this content type as JSON. Its parameters, even broken ones, play no part. */
export function isJsonMediaType(contentType: string): boolean {
  if (contentType === 'application/json') return true;
  const [essence = ''] = contentType.split(';', 1);
  return jsonMediaType.test(essence);
}
