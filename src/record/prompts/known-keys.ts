/** Keys whose values people or their tools have written: everything below them is replaced. */
const FREE = new Set(['prompt', 'first_message', 'content', 'arguments', 'result', 'ctx', 'metadata']);

/** Keys that say how a tool's arguments and results are built, and nothing of what they hold. */
const COMMON = new Set([
  ...['query', 'queries', 'top_k', 'limit', 'offset', 'filter', 'filters', 'index', 'index_id', 'index_ids'],
  ...['text', 'content', 'title', 'name', 'type', 'id', 'url', 'uri', 'href', 'page', 'pages', 'page_number'],
  ...['page_label', 'score', 'source', 'sources', 'source_id', 'file', 'file_id', 'file_name', 'filename', 'path'],
  ...['document', 'documents', 'document_id', 'results', 'result', 'items', 'nodes', 'node', 'node_id', 'metadata'],
  ...['attachment_name', 'image_attachment', 'chunk', 'chunks', 'start', 'end', 'count', 'total', 'value', 'values'],
  ...['key', 'keys', 'data', 'error', 'message', 'status', 'code', 'date', 'summary', 'description', 'language'],
  ...['arguments', 'input', 'output', 'role', 'prompt', 'first_message', 'session_id', 'call_id', 'next_page_token'],
  ...['last_updated_at', 'generated_title', 'shared_access', 'events', 'detail', 'loc', 'msg', 'ctx', 'usage'],
]);

/** By these the requests and answers belong together, in whatever form a service writes them. */
const IDS = new Set(['session_id', 'call_id', 'page_token', 'next_page_token', 'previous_page_token']);
const IS_ID = /^id$|_ids?$/;
/** Their values are words of the API. */
const WORDS = new Set(['type', 'loc', 'shared_access', 'status', 'code']);
const TOKEN = /^[\w.:/+@%=-]{1,128}$/;
const DATE = /^\d{4}-\d\d-\d\d(?:[T ][\d:.]{5,18}(?:Z|[+-]\d\d:?\d\d)?)?$/;

/** Returns whether everything below this key is replaced. */
export function isFreeKey(key: string): boolean {
  return FREE.has(key);
}

/** Returns whether a key within arguments or results may stay. */
export function isCommonKey(key: string): boolean {
  return COMMON.has(key);
}

/** Returns whether a text outside of what people wrote stays as it is: ids, dates, words of the API, names of tools. */
export function isPlainValue({
  key,
  value,
  isCall,
}: {
  readonly key: string;
  readonly value: string;
  readonly isCall: boolean;
}): boolean {
  if (IDS.has(key)) return true;
  if (DATE.test(value)) return key.endsWith('_at');
  return TOKEN.test(value) && (IS_ID.test(key) || WORDS.has(key) || (key === 'name' && isCall));
}
