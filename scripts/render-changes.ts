import { type Keyword, keywords } from '../src/openapi/diff/keywords.ts';
import { type ChangeKind, changeKinds } from '../src/openapi/diff/kinds.ts';
import { table } from './show-schema.ts';

/** How the objects of the tables of keywords are called in the specifications. */
const titles: Readonly<Record<keyof typeof keywords, string>> = {
  ...{ document: 'OpenAPI', info: 'Info', contact: 'Contact', license: 'License', server: 'Server' },
  ...{ serverVariable: 'Server Variable', components: 'Components', pathItem: 'Path Item', operation: 'Operation' },
  ...{ externalDocs: 'External Documentation', parameter: 'Parameter', header: 'Header', requestBody: 'Request Body' },
  ...{ mediaType: 'Media Type', encoding: 'Encoding', responses: 'Responses', response: 'Response' },
  ...{ example: 'Example', link: 'Link', tag: 'Tag', reference: 'Reference', securityScheme: 'Security Scheme' },
  ...{ oauthFlows: 'OAuth Flows', oauthFlow: 'OAuth Flow', schema: 'Schema', discriminator: 'Discriminator' },
  xml: 'XML',
};

/** Rules that could be otherwise, and why they are as they are. */
const decisions: readonly (readonly [question: string, decision: string, reason: string])[] = [
  [
    'a property, parameter or header of a response or request is removed',
    'breaking',
    'A server may ignore it, but generated types no longer compile, and validators may refuse it.',
  ],
  ['a value or a union member is added in a response', 'breaking', 'Generated code often handles each value.'],
  [
    'a number or boolean of a parameter or header becomes any text, or the reverse',
    'wider, or narrower',
    'A parameter or header is text, so `5` was a text already. A text with a format, a pattern or a length is another type.',
  ],
  [
    'a property or parameter is new, required, and has a default',
    'breaking in a request',
    'A validator refuses a request without it, whatever the default says.',
  ],
  [
    'a deprecated operation is removed',
    'breaking',
    'OpenAPI has no date of removal, and clients may still call it. `x-sunset` is an extension: a text.',
  ],
  ['a link changes', 'docs-only', 'A link shows how a value can be used; it is not sent.'],
  [
    'a media type is added in a response',
    'non-breaking',
    'A client gets what its `Accept` header asks for. A range that replaces a type is breaking: nothing promises that type any more.',
  ],
  ['a status is added', 'non-breaking', 'Clients treat an unknown status by its class, as RFC 9110 asks (15).'],
  [
    '`default` beside a success',
    'describes errors only',
    'That is how documents use it. Without a documented success it describes all statuses.',
  ],
  ['the default of a request changes', 'breaking', 'A client that omits the value gets another result.'],
  ['a server or an address of OAuth changes', 'non-breaking', 'It is reported, but clients are configured with it.'],
  [
    '`nullable` in OpenAPI 3.1 and later',
    'allows null',
    'The specification dropped it, but documents that were upgraded still use it with this meaning. The same holds for `nullable` beside `allOf`, and beside an `enum` without null.',
  ],
  [
    '`oneOf` and `anyOf`',
    'count alike',
    'A value that matches two members of `oneOf` is nearly always a mistake of the document.',
  ],
  ['`type: object` is added to a schema with `properties`', 'narrower', 'Without it, other types are allowed as well.'],
  [
    'a new `format` or `pattern`',
    'tightens a limit',
    'A format may be checked. Between two patterns, or unrelated formats, nobody can say which allows more: breaking.',
  ],
  [
    'a property is added to an object that allows others',
    'non-breaking',
    'Strictly it restricts a name that could have had any value; no client uses that name yet. If the others have a schema, the property is compared with it.',
  ],
  [
    'a schema with a discriminator and no union',
    'stands for its children',
    'In OpenAPI 3.0 these are the components that include it in their `allOf`.',
  ],
  [
    '`readOnly` in a request, `writeOnly` in a response',
    'not there',
    'A property that becomes `readOnly` is removed from requests.',
  ],
  ['an unknown keyword changes', 'not compared', 'It is named with its place, and the result is not "no changes".'],
];

/** The catalogue of changes that `openapi diff` distinguishes, made from their table. */
export function renderChanges(): string {
  const kinds = Object.entries<ChangeKind>(changeKinds);
  const isAlike = ({ request, response }: ChangeKind) => request === response;
  const show = ({ severity, reason }: ChangeKind['request']) => `${severity}. ${reason}`;
  return `<!-- Made by \`npm run generate:documents\` from src/openapi/diff/kinds.ts and keywords.ts; never edited. -->
# Changes between OpenAPI documents

What \`chat-mock openapi diff\` distinguishes, and what each change does to clients that were written before it. [openapi.md](openapi.md) shows how to use it. What clients send is a request, what they get is a response; in webhooks and callbacks it is the other way round.

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

## Where rules are debatable

${table(
  ['where', 'here', 'why'],
  decisions.map((row) => [...row]),
)}

## Every keyword

Every keyword of OpenAPI 3.0, 3.1 and 3.2 and of JSON Schema 2020-12, and the changes that report it. "Its contents" are compared by their own keywords. Texts are documentation only.

${Object.entries(titles)
  .map(([kind, title]) => renderKeywords(title, keywords[kind as keyof typeof keywords]))
  .join('\n\n')}
`;
}

function renderKeywords(title: string, rows: Readonly<Record<string, Keyword>>): string {
  const show = ({ reportedAs, isAnnotation }: Keyword) => {
    if (reportedAs.length > 0) return reportedAs.map((kind) => `\`${kind}\``).join(', ');
    return isAnnotation ? 'no change: it only names a place' : 'its contents';
  };
  const isText = ({ reportedAs }: Keyword) => reportedAs.length === 1 && reportedAs[0] === 'text-changed';
  const texts = Object.keys(rows).filter((name) => rows[name] && isText(rows[name]));
  const others = Object.entries(rows).filter(([, row]) => !isText(row));
  const listed =
    texts.length > 0 ? [[`texts: ${texts.map((name) => `\`${name}\``).join(', ')}`, '`text-changed`']] : [];
  return `### ${title}

${table(['keyword', 'reported as'], [...others.map(([name, row]) => [`\`${name}\``, show(row)]), ...listed])}`;
}
