import { computed, signal } from '@preact/signals';

/** The views of the page, in the order of their tabs. */
export const views = {
  traffic: 'Traffic',
  try: 'Try it',
  next: 'Next answer',
  sessions: 'Sessions',
  world: 'World',
} as const;
/** The name of a view. */
export type View = keyof typeof views;

/** Everything that a link can say; kept in the fragment of the URL, so no server ever sees it. */
export interface Place {
  readonly view: View;
  /** `*`: all worlds; '': the default one. */
  readonly world: string;
  /** Filters of the traffic list. */
  readonly text: string;
  readonly operation: string;
  readonly status: string;
  /** The request that is shown: its world and its number. */
  readonly request: { readonly world: string | null; readonly id: number } | null;
  /** The number of the event that is shown of its stream. */
  readonly event: number | null;
  readonly session: string | null;
}

/** What the page shows. */
export const place = signal<Place>(readPlace(location.hash));
/** The world that buttons and forms act on: null is the default one, also where all worlds are shown. */
export const actingWorld = computed(() =>
  place.value.world === '*' || place.value.world === '' ? null : place.value.world,
);

/** Goes to another place; `replace` leaves no step back to this one. */
export function go(change: Partial<Place>, { replace = false } = {}): void {
  place.value = { ...place.value, ...change };
  const hash = writePlace(place.value);
  if (replace) history.replaceState(null, '', hash);
  else history.pushState(null, '', hash);
}

/** The link to a place. */
export function linkTo(change: Partial<Place>): string {
  return writePlace({ ...place.value, ...change });
}

/** Follows the back button and links. */
export function followLocation(): void {
  const follow = () => {
    place.value = readPlace(location.hash);
  };
  addEventListener('popstate', follow);
  addEventListener('hashchange', follow);
}

function readPlace(hash: string): Place {
  const given = new URLSearchParams(hash.slice(1));
  const view = given.get('view') ?? '';
  const id = Number(given.get('request'));
  const event = given.get('event');
  return {
    view: view in views ? (view as View) : 'traffic', // It is one of the keys.
    world: given.get('world') ?? '*',
    text: given.get('text') ?? '',
    operation: given.get('operation') ?? '',
    status: given.get('status') ?? '',
    request: Number.isInteger(id) && id > 0 ? { world: given.get('of') || null, id } : null,
    event: event !== null && /^\d+$/.test(event) ? Number(event) : null,
    session: given.get('session'),
  };
}

function writePlace({ view, world, text, operation, status, request, event, session }: Place): string {
  const said = new URLSearchParams();
  said.set('view', view);
  if (world !== '*') said.set('world', world);
  for (const [name, value] of Object.entries({ text, operation, status })) if (value !== '') said.set(name, value);
  if (request) {
    said.set('request', String(request.id));
    if (request.world !== null) said.set('of', request.world);
  }
  if (event !== null) said.set('event', String(event));
  if (session !== null) said.set('session', session);
  return `#${said}`;
}
