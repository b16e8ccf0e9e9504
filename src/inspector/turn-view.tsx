import { useEffect, useMemo, useState } from 'preact/hooks';
import { applyEvent, type ChatEvent, emptyTurn, type ToolPart, type Turn } from '../client/index.ts';
import { chatJson } from './chat.ts';
import { count, formatMs } from './format.ts';
import { JsonView } from './json-view.tsx';
import { Markdown } from './markdown.tsx';
import { Plain } from './ui.tsx';

/** A turn as a chat page would draw it. */
export function TurnView({
  turn,
  world,
  prompt,
}: {
  readonly turn: Turn;
  readonly world: string | null;
  readonly prompt?: string | null;
}) {
  return (
    <div class="turn">
      {prompt && (
        <div class="bubble">
          <Plain text={prompt} />
        </div>
      )}
      {turn.parts.map((part, index) => {
        if (part.type === 'tool') return <ToolView key={index} tool={part} world={world} />;
        if (part.type === 'text') return <Markdown key={index} text={String(part.content)} />;
        return (
          <details class="thinking" key={index} open={!part.isComplete}>
            <summary>{part.isComplete ? 'Thought' : 'Thinking…'}</summary>
            <Plain text={String(part.content)} />
          </details>
        );
      })}
      <TurnEnd turn={turn} />
    </div>
  );
}

function TurnEnd({ turn: { status, error, usage, skippedIndexIds, parts } }: { readonly turn: Turn }) {
  if (status === 'running') return parts.length === 0 ? <p class="hint">Nothing has come yet.</p> : null;
  if (status === 'failed') return <p class="problem">The turn failed: {String(error)}</p>;
  if (status === 'incomplete')
    return <p class="problem">The stream ended before its stop event: the answer is not complete.</p>;
  const tokens = usage && typeof usage === 'object' ? Number(usage.total_output_tokens) : Number.NaN;
  const ms = usage && typeof usage === 'object' ? Number(usage.duration_ms) : Number.NaN;
  return (
    <p class="hint">
      {Number.isFinite(tokens) && `${count(tokens, 'output token')} in all · `}
      {Number.isFinite(ms) && formatMs(ms)}
      {skippedIndexIds.length > 0 && ` · skipped: ${skippedIndexIds.join(', ')}`}
    </p>
  );
}

function ToolView({ tool, world }: { readonly tool: ToolPart; readonly world: string | null }) {
  const { name, arguments: given, result, image, isComplete } = tool;
  const [isOpen, setIsOpen] = useState(false);
  return (
    <details class="tool" onToggle={(event) => setIsOpen(event.currentTarget.open)}>
      <summary>
        <span class={isComplete ? 'dot done' : 'dot busy'} /> {String(name)}
        <span class="hint"> {isComplete ? 'done' : 'running…'}</span>
        <code class="short">{JSON.stringify(given)?.slice(0, 200)}</code>
      </summary>
      {isOpen && <JsonView value={given} label={`Arguments of ${name}`} />}
      {isOpen && isComplete && <JsonView value={result ?? null} label={`Result of ${name}`} />}
      {isOpen && image && (
        <PageImage name={String(image.attachment_name)} source={String(image.source_id)} world={world} />
      )}
    </details>
  );
}

/** The image of a page, from the address that the API gives for it. */
function PageImage({
  name,
  source,
  world,
}: {
  readonly name: string;
  readonly source: string;
  readonly world: string | null;
}) {
  const [url, setUrl] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    const path = name.split('/').map(encodeURIComponent).join('/');
    const query = new URLSearchParams({ source_id: source });
    chatJson<{ url: string }>(`GET beta/attachments/${path}?${query}`, { world }).then(
      (answer) => setUrl(answer.url),
      (error: Error) => setProblem(error.message),
    );
  }, [name, source, world]);
  if (problem !== null)
    return (
      <p class="hint">
        No image of {name}: {problem}
      </p>
    );
  return url === null ? null : <img class="page-image" src={url} alt={`The page ${name}`} loading="lazy" />;
}

/** Folds events into a turn; events that are not events of a turn are left out. */
export function useTurn(events: readonly (Readonly<Record<string, unknown>> | null)[], isOver: boolean): Turn {
  return useMemo(() => {
    const turn = events.reduce<Turn>((before, event) => apply(before, event), emptyTurn);
    return isOver ? applyEvent(turn, null) : turn;
  }, [events, isOver]);
}

/** The turn after one more event of any shape: a server may send what no client expects. */
export function apply(turn: Turn, event: Readonly<Record<string, unknown>> | null): Turn {
  if (event === null) return turn;
  try {
    return applyEvent(turn, event as unknown as ChatEvent);
  } catch {
    return turn; // Shown in the list of events as it is.
  }
}
