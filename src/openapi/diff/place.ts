import { at, type Json } from '../json.ts';

/** The value of the first of two documents that has one there. */
type Find = (names: readonly string[]) => Json | undefined;

/** How a name of a document is said; those that take the next name with them say it too. */
const alone: Readonly<Record<string, string>> = {
  items: '[]',
  additionalProperties: '.*',
  itemSchema: ' each item',
  contentSchema: ' as JSON',
  requestBody: ' request',
  schema: '',
  security: '',
};
const withNext: Readonly<Record<string, (next: string) => string>> = {
  properties: (name) => `.${name}`,
  responses: (status) => ` ${status}`,
  headers: (name) => ` ${name}`,
  content: (mediaType) => ` ${mediaType}`,
  parameters: (name) => ` parameter ${name}`,
  callbacks: (event) => ` callback ${event}`,
  allOf: () => '',
  oneOf: toMember,
  anyOf: toMember,
  type: toMember,
};

/** Where something is, as a reader says it: `SessionDetail.events[]`, `POST /x request.title`. */
export function describePlace(names: readonly string[], find: Find): string {
  const [root = '', first = '', second = ''] = names;
  const rest = (from: number) => describeRest(names, { from, find });
  if (root === '') return 'the document';
  // The name of a component and that of a path are told as they are, whatever they look like.
  if (root === 'components') return `${second}${rest(3)}`;
  if (root !== 'paths' && root !== 'webhooks') return `${root}${rest(1)}`;
  const isOwn = second === 'parameters' || second === '';
  const address = root === 'webhooks' ? `webhook ${first}` : first;
  return isOwn ? `${address}${rest(2)}` : `${second.toUpperCase()} ${address}${rest(3)}`;
}

function describeRest(
  names: readonly string[],
  { from, find }: { readonly from: number; readonly find: Find },
): string {
  let text = '';
  for (let index = from; index < names.length; index++) {
    const name = names[index] ?? '';
    const say = withNext[name];
    if (!say) {
      text += alone[name] ?? ` ${name}`;
      continue;
    }
    index++;
    // Of a list, what an entry is called tells more than its number.
    const called = name === 'parameters' ? at(find(names.slice(0, index + 1)), 'name') : undefined;
    text += say(typeof called === 'string' ? called : (names[index] ?? ''));
  }
  return text;
}

function toMember(name: string): string {
  return `(${/^\d+$/.test(name) ? Number(name) + 1 : name})`;
}
