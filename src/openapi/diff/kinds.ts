/** Who sends the value that is compared: a client (request) or the service (response). */
export type Direction = 'request' | 'response';
/** What a change means for clients. */
export type Severity = 'breaking' | 'non-breaking' | 'docs-only';

interface Effect {
  readonly severity: Severity;
  readonly reason: string;
}
/** A kind of change, and what it does to clients that were written before it. */
export interface ChangeKind extends Readonly<Record<Direction, Effect>> {
  readonly summary: string;
}

const breaking = (reason: string): Effect => ({ severity: 'breaking', reason });
const compatible = (reason: string): Effect => ({ severity: 'non-breaking', reason });
const docsOnly = (reason: string): Effect => ({ severity: 'docs-only', reason });
const everywhere = (summary: string, effect: Effect): ChangeKind => ({ summary, request: effect, response: effect });

/** More is allowed than before: whoever receives it must cope with more. */
const wider = (summary: string, received: string): ChangeKind => ({
  summary,
  request: compatible('What clients send today stays valid.'),
  response: breaking(received),
});
/** Less is allowed than before: whoever sends must keep to it. */
const narrower = (summary: string, sent: string): ChangeKind => ({
  summary,
  request: breaking(sent),
  response: compatible('Clients already handle everything that may still be sent.'),
});

/** The kinds of change of something that can be present or absent: a property, a parameter, a header, a body. */
function presence<const Noun extends string>(noun: Noun): Record<`${Noun}-${keyof typeof presenceRules}`, ChangeKind> {
  const entries = Object.entries(presenceRules).map(([change, { summary, ...effects }]) => [
    `${noun}-${change}`,
    { summary: `A ${noun} ${summary}.`, ...effects },
  ]);
  return Object.fromEntries(entries) as Record<`${Noun}-${keyof typeof presenceRules}`, ChangeKind>; // One for each rule.
}
const presenceRules = {
  'added-required': {
    summary: 'is new and must be there',
    request: breaking('A client that does not know it leaves it out, and is refused.'),
    response: compatible('A client that does not know it ignores it.'),
  },
  'added-optional': {
    summary: 'is new and may be left out',
    request: compatible('A client that does not know it leaves it out.'),
    response: compatible('A client that does not know it ignores it.'),
  },
  removed: {
    summary: 'is gone',
    request: breaking('A client that sends it is refused, or no longer gets what it asks for.'),
    response: breaking('A client that reads it finds nothing; with generated types it no longer compiles.'),
  },
  'became-required': {
    summary: 'could be left out and must now be there',
    request: breaking('A client that leaves it out is refused.'),
    response: compatible('A client that works without it still works.'),
  },
  'became-optional': {
    summary: 'had to be there and may now be left out',
    request: compatible('A client that sends it is still understood.'),
    response: breaking('A client that counts on it may find it missing.'),
  },
} as const satisfies Record<string, ChangeKind>;

/** Every kind of change there is; reports, exit codes and the catalogue in docs derive from it. */
export const changeKinds = {
  'operation-added': everywhere('An operation is new.', compatible('Nobody calls it yet.')),
  'operation-removed': everywhere('An operation is gone.', breaking('A client that calls it is refused.')),
  'operation-renamed': everywhere(
    'An operation has another operationId.',
    compatible('Requests and responses stay the same; generated clients rename the method.'),
  ),
  'call-added': everywhere(
    'A webhook or a callback is new.',
    compatible('A client that does not listen for it does not notice.'),
  ),
  'call-removed': everywhere(
    'A webhook or a callback is gone.',
    breaking('A client that listens for it never receives it.'),
  ),
  'path-parameter-renamed': everywhere(
    'A parameter of the path has another name.',
    compatible('Its place in the path stays the same; generated clients rename the argument.'),
  ),
  'security-tightened': everywhere(
    'A way to authenticate no longer suffices.',
    breaking('A client that authenticates this way is refused.'),
  ),
  'security-loosened': everywhere('There is one more way to authenticate.', compatible('The others still suffice.')),
  'security-scheme-changed': everywhere(
    'Clients get a token elsewhere: an address or the scopes of a flow changed.',
    compatible('Requests to the service stay the same; only the way to a token changes.'),
  ),
  ...presence('parameter'),
  'parameter-style-changed': everywhere(
    'A parameter is written another way.',
    breaking('What a client writes is read as something else.'),
  ),
  'empty-value-allowed': wider('A parameter may be sent without a value.', 'A client may get none.'),
  'empty-value-forbidden': narrower(
    'A parameter may no longer be sent without a value.',
    'A client that sends none is refused.',
  ),
  ...presence('body'),
  'encoding-changed': everywhere(
    'A part of a form is written another way.',
    breaking('One side misreads what the other writes.'),
  ),
  'xml-changed': everywhere(
    'A value of XML has another name or another form.',
    breaking('One side misreads what the other writes.'),
  ),
  'media-type-added': {
    summary: 'A body may come in one more media type.',
    request: compatible('The others are still read.'),
    response: compatible('A client gets what it accepts.'),
  },
  'media-type-removed': {
    summary: 'A body no longer comes in a media type.',
    request: breaking('A client that sends it is refused.'),
    response: breaking('A client that accepts only this one is refused, or cannot read what it gets.'),
  },
  'media-type-narrowed': narrower(
    'Of a range of media types, only some are left.',
    'A client that sends another one is refused.',
  ),
  'media-type-widened': wider(
    'A range of media types replaces one of them.',
    'A client may get one that it cannot read.',
  ),
  'status-range-changed': everywhere(
    'A range of statuses replaces some of its members, or they replace the range.',
    compatible('Clients go by the class of a status they do not know.'),
  ),
  'status-added': everywhere('A status is new.', compatible('Clients go by the class of a status they do not know.')),
  'success-status-removed': everywhere(
    'A status that meant success is gone.',
    breaking('A client that waits for it takes the answer for a failure.'),
  ),
  'error-status-removed': everywhere('An error is gone.', compatible('A client that handles it no longer needs to.')),
  ...presence('header'),
  'header-style-changed': everywhere(
    'A header is written another way.',
    breaking('One side misreads what the other writes.'),
  ),
  ...presence('property'),
  'type-changed': everywhere('A value has another type.', breaking('Neither side can read what the other means.')),
  'type-widened': wider('A value may have one more type.', 'A client may get a type that it cannot read.'),
  'type-narrowed': narrower('A value may have one type fewer.', 'A client that sends that type is refused.'),
  'null-allowed': wider('A value may be null now.', 'A client that does not check for null fails.'),
  'null-forbidden': narrower('A value may no longer be null.', 'A client that sends null is refused.'),
  'value-added': wider(
    'A list of values has one more.',
    'A client that handles each value meets one it does not know.',
  ),
  'value-removed': narrower('A list of values has one fewer.', 'A client that sends this value is refused.'),
  'values-listed': narrower('Any value was allowed, now only listed ones.', 'A client that sends another is refused.'),
  'values-unlisted': wider(
    'Only listed values were allowed, now any is.',
    'A client that handles each value meets one it does not know.',
  ),
  'member-added': wider(
    'A union has one more member, such as a new type of event.',
    'A client that handles each member meets one it does not know.',
  ),
  'member-removed': narrower('A union has one member fewer.', 'A client that sends this one is refused.'),
  'discriminator-changed': everywhere(
    'Another property identifies the members of a union.',
    breaking('A client that reads the old one cannot identify them.'),
  ),
  'default-member-changed': everywhere(
    'A value without a tag is read as another member of a union.',
    docsOnly('It says how to read what no service should send.'),
  ),
  'limit-tightened': narrower('A limit is tighter, or new.', 'A client that uses the old limit is refused.'),
  'limit-loosened': wider('A limit is looser, or gone.', 'A client may get more than it can handle.'),
  'limit-changed': everywhere(
    'A rule is another one.',
    breaking('A value that was valid by the old rule may be invalid by the new one.'),
  ),
  'keys-closed': narrower(
    'Keys that are not listed were allowed, and no longer are.',
    'A client that sends one is refused.',
  ),
  'keys-opened': everywhere(
    'Keys that are not listed are allowed now.',
    compatible('Clients leave them out, or ignore them.'),
  ),
  'default-changed': {
    summary: 'A default changed, or is gone.',
    request: breaking('A client that leaves the value out gets something else.'),
    response: compatible('It only says how to read an omitted value.'),
  },
  'default-added': everywhere('A default is documented.', docsOnly('An omitted value had a meaning before, too.')),
  'cannot-compare': everywhere(
    'The target of a reference cannot be found.',
    breaking('It is unknown whether the two are alike.'),
  ),
  deprecated: everywhere('Something is deprecated now.', compatible('It still works, but may be removed.')),
  undeprecated: everywhere('Something is no longer deprecated.', docsOnly('It works as it did.')),
  'servers-changed': everywhere(
    'Other servers are named.',
    compatible('Clients are configured with their server, and stay where they are.'),
  ),
  'unused-changed': everywhere(
    'A component changed that no operation uses.',
    docsOnly('It describes nothing that is sent.'),
  ),
  'specification-changed': everywhere(
    'Another version of the OpenAPI specification.',
    docsOnly('The description has a new form; the service is the same.'),
  ),
  'stream-description-changed': everywhere(
    'A stream is described as a whole, and was item by item, or the other way round.',
    docsOnly('The bytes may be the same; what the items are cannot be compared.'),
  ),
  'text-changed': everywhere('A description, an example or an extension changed.', docsOnly('Only readers see it.')),
} as const satisfies Record<string, ChangeKind>;
/** The name of a kind of change, such as `value-added`. */
export type ChangeKindName = keyof typeof changeKinds;

/** The effect of a change on the set of allowed values: 1 more, -1 fewer, 0 others, null none. */
export function effectOf(kind: ChangeKindName): 1 | -1 | 0 | null {
  const { request, response } = changeKinds[kind];
  const [isLess, isMore] = [request.severity === 'breaking', response.severity === 'breaking'];
  if (isLess && isMore) return 0;
  return isMore ? 1 : isLess ? -1 : null;
}
