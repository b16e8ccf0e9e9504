import { describe, expect, test } from 'vitest';
import { answersOf, judge } from './support/judge.ts';

const page = (url: string, item: object) => ({
  $id: `https://a.test/${url}`,
  $defs: { item: { $dynamicAnchor: 'item', ...item } },
  $ref: 'page',
});
const user = { type: 'object', properties: { id: { type: 'string' } } };

/** Two lists that are made of one, each with items of its own. */
function lists(users: object, orders: object, generic: object = {}): object {
  return answersOf(
    {
      '/users': { $ref: '#/components/schemas/Users' },
      '/orders': { $ref: '#/components/schemas/Orders' },
    },
    {
      Page: {
        $id: 'https://a.test/page',
        type: 'object',
        properties: { items: { type: 'array', items: { $dynamicRef: '#item' } }, ...generic },
        $defs: { item: { $dynamicAnchor: 'item' } },
      },
      Users: page('users', users),
      Orders: page('orders', orders),
    },
    '3.1.0',
  );
}
const orderWith = (total: object) => ({ type: 'object', properties: { total } });
const order = orderWith({ type: 'integer' });

describe('one list of many kinds, by $dynamicRef', () => {
  test('is the same where nothing changes, and nothing is left uncompared', () => {
    expect(judge(lists(user, order), lists(user, order))).toEqual([]);
  });

  test('changes where its items change, and nowhere else', () => {
    expect(judge(lists(user, order), lists(user, orderWith({ type: 'string' })))).toEqual([
      '!type-changed response Orders $defs item.total',
    ]);
    expect(judge(lists(user, order), lists({ type: 'object' }, order))).toEqual([
      '!property-removed response Users $defs item.id',
    ]);
  });

  test('changes in each kind where the list itself changes', () => {
    expect(judge(lists(user, order, { total: { type: 'integer' } }), lists(user, order))).toEqual([
      '!property-removed response Page.total',
    ]);
  });

  test('the kinds may change places', () => {
    expect(judge(lists(user, order), lists(order, user))).toEqual([
      '!property-removed response Users $defs item.id',
      '!property-removed response Orders $defs item.total',
      'property-added-optional response Users $defs item.total',
      'property-added-optional response Orders $defs item.id',
    ]);
  });

  test('an outer kind wins over one that was entered later', () => {
    const nested = (item: object) => {
      const document = lists(user, order) as { components: { schemas: Record<string, object> }; paths: object };
      document.components.schemas['Special'] = {
        $id: 'https://a.test/special',
        $defs: { item: { $dynamicAnchor: 'item', ...item } },
        $ref: 'orders',
      };
      document.components.schemas['Tree'] = {
        $id: 'https://a.test/tree',
        $dynamicAnchor: 'node',
        properties: { children: { type: 'array', items: { $dynamicRef: '#node' } } },
      };
      document.components.schemas['Named'] = {
        $id: 'https://a.test/named',
        $dynamicAnchor: 'node',
        $ref: 'tree',
        properties: { name: item },
      };
      document.paths = {
        ...document.paths,
        ...(
          answersOf({
            '/special': { $ref: 'https://a.test/special' },
            '/named': { $ref: 'https://a.test/named' },
          }) as typeof document
        ).paths,
      };
      return document;
    };
    expect(judge(nested({ type: 'string' }), nested({ type: 'integer' }))).toEqual([
      '!type-changed response Page.items[]',
      '!type-changed response Named.name',
    ]);
    expect(judge(nested({ type: 'string' }), nested({ type: 'string' }))).toEqual([]);
  });
});
