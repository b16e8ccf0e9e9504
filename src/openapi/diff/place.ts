import { at } from '../json.ts';
import type { Located } from './located.ts';

/** How reports write a name in a pointer; the second table also takes the name after it. */
const alone: Readonly<Record<string, string>> = {
  items: '[]',
  additionalProperties: '.*',
  unevaluatedProperties: '.*',
  itemSchema: ' each item',
  contentSchema: ' as JSON',
  requestBody: ' request',
  schema: '',
  security: '',
  nullable: '',
};
const withNext: Readonly<Record<string, (next: string) => string>> = {
  properties: (name) => `.${name}`,
  responses: (status) => ` ${status}`,
  headers: (name) => ` ${name}`,
  content: (mediaType) => ` ${mediaType}`,
  parameters: (name) => ` parameter ${name}`,
  callbacks: (event) => ` callback ${event}`,
  prefixItems: (index) => `[${index}]`,
  allOf: () => '',
  oneOf: toMember,
  anyOf: toMember,
};

/** A place as reports write it: `SessionDetail.events[]`, `POST /x request.title`. */
export function describePlace(place: Located): string {
  const chain: Located[] = [];
  for (let here: Located | null = place; here?.parent; here = here.parent) chain.unshift(here);
  const [root = '', first = '', second = ''] = chain.map(({ name }) => name);
  const rest = (from: number) => describeRest(chain, from);
  const { name: file } = place.root;
  if (file !== '')
    return root === '' ? file : `${file} ${root === 'components' ? `${second}${rest(3)}` : `${root}${rest(1)}`}`;
  if (root === '') return 'the document';
  // The names of components and paths are written as they are.
  if (root === 'components') return second === '' ? 'components' : `${second}${rest(3)}`;
  if (root !== 'paths' && root !== 'webhooks') return `${root}${rest(1)}`;
  const isOwn = second === 'parameters' || second === 'servers' || second === '';
  const address = root === 'webhooks' ? `webhook ${first}` : first;
  return isOwn ? `${address}${rest(2)}` : `${second.toUpperCase()} ${address}${rest(3)}`;
}

function describeRest(chain: readonly Located[], from: number): string {
  let text = '';
  for (let index = from; index < chain.length; index++) {
    const name = chain[index]?.name ?? '';
    const say = withNext[name];
    if (!say) {
      text += alone[name] ?? ` ${name}`;
      continue;
    }
    index++;
    const next = chain[index];
    // A parameter's name says more than its index.
    const called = name === 'parameters' ? at(next?.value, 'name') : undefined;
    text += say(typeof called === 'string' ? called : (next?.name ?? ''));
  }
  return text;
}

function toMember(name: string): string {
  return `(${/^\d+$/.test(name) ? Number(name) + 1 : name})`;
}
