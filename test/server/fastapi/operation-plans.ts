import type { FieldPlan, OperationPlan, Plan } from '../../../src/api/plan.ts';

const text: Plan = { kind: 'string' };
const query = [
  optional('project_id', nullable({ kind: 'uuid' })),
  optional('organization_id', nullable({ kind: 'uuid' })),
];
const sessionPath = '/api/v1/chat/{session_id}';

/** The operations that validation-cases.json calls, in the order of parameters which its answers show. */
export const operationPlans = {
  list: plan('GET', '/api/v1/chat', {
    query: [...query, optional('page_size', nullable({ kind: 'integer' })), optional('page_token', nullable(text))],
  }),
  create: plan('POST', '/api/v1/chat', {
    body: {
      required: false,
      plan: {
        kind: 'object',
        fields: [
          optional('index_ids', nullable({ kind: 'list', item: text, maxItems: 10 })),
          {
            ...optional('shared_access', nullable({ kind: 'literal', values: ['read_only', 'query'] })),
            since: '2026-09',
          },
        ],
      },
    },
  }),
  retrieve: plan('GET', sessionPath),
  summary: plan('GET', `${sessionPath}/summary`),
  title: plan('POST', `${sessionPath}/title`, {
    body: { required: true, plan: { kind: 'object', fields: [required('first_message', text)] } },
  }),
  stream: plan('POST', `${sessionPath}/messages/stream`, {
    body: {
      required: true,
      plan: {
        kind: 'object',
        fields: [
          required('index_ids', { kind: 'list', item: text, minItems: 1 }),
          required('prompt', { kind: 'string', maxLength: 1000 }),
          { ...optional('require_all_indexes', { kind: 'boolean' }), fallback: false, since: '2026-09' },
        ],
      },
    },
  }),
  attachment: plan('GET', '/api/v1/beta/attachments/{attachment_name}', {
    query: [required('source_id', text), ...query],
    greedy: 'attachment_name',
  }),
} as const satisfies Record<string, OperationPlan>;

function plan(
  method: OperationPlan['method'],
  path: string,
  more: Partial<Pick<OperationPlan, 'query' | 'body' | 'greedy'>> = {},
): OperationPlan {
  return { method, path, success: { kind: 'json', status: 200 }, query, body: null, ...more };
}

function required(name: string, of: Plan): FieldPlan {
  return { name, required: true, plan: of };
}

function optional(name: string, of: Plan): FieldPlan {
  return { name, required: false, plan: of };
}

function nullable(inner: Plan): Plan {
  return { kind: 'nullable', inner };
}
