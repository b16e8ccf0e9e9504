import { type ChangeKind, changeKinds } from '../src/openapi/diff/kinds.ts';
import { table } from './show-schema.ts';

/** The catalogue of changes that `openapi diff` tells apart, made from their table. */
export function renderChanges(): string {
  const kinds = Object.entries<ChangeKind>(changeKinds);
  const isAlike = ({ request, response }: ChangeKind) => request === response;
  const show = ({ severity, reason }: ChangeKind['request']) => `${severity}. ${reason}`;
  return `<!-- Made by \`npm run generate:documents\` from src/openapi/diff/kinds.ts; never edited. -->
# Changes between OpenAPI documents

What \`chat-mock openapi diff\` tells apart, and what each change does to clients that were written before it. [openapi.md](openapi.md) shows how to use it. What clients send is a request, what they get is a response; in webhooks and callbacks it is the other way round.

## Where it depends on who sends

${table(
  ['change', 'what it is', 'in a request', 'in a response'],
  kinds
    .filter(([, kind]) => !isAlike(kind))
    .map(([name, kind]) => [`\`${name}\``, kind.summary, show(kind.request), show(kind.response)]),
)}

## Everywhere

${table(
  ['change', 'what it is', 'what it does'],
  kinds.filter(([, kind]) => isAlike(kind)).map(([name, kind]) => [`\`${name}\``, kind.summary, show(kind.request)]),
)}
`;
}
