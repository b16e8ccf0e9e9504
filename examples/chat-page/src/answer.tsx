import type { TurnPart } from 'chat-mock/client';
import Markdown from 'react-markdown';
import remarkGfm from 'remark-gfm';
import { PageImage } from './page-image.tsx';
import type { Exchange } from './use-chat.ts';

interface AnswerProps {
  readonly exchange: Exchange;
  readonly canAsk: boolean;
  readonly onAskAgain: () => void;
}

/** What the agent has thought, done and said so far, and what went wrong. */
export function Answer({ exchange: { turn, problem, isSilent }, canAsk, onAskAgain }: AnswerProps) {
  const isRunning = turn.status === 'running' && problem === null;
  return (
    <div className="answer">
      {turn.parts.map((part, index) => (
        // A part has no other name, and keeps its place.
        <Part key={index} part={part} isRunning={isRunning} />
      ))}
      {isRunning && turn.parts.length === 0 && <p className="waiting">Thinking…</p>}
      {isSilent && (
        <p className="note" role="status">
          Nothing has come for a while. You can wait, or stop.
        </p>
      )}
      {problem !== null && (
        <p className="note" role="alert">
          {problem}{' '}
          <button type="button" disabled={!canAsk} onClick={onAskAgain}>
            Ask again
          </button>
        </p>
      )}
    </div>
  );
}

function Part({ part, isRunning }: { readonly part: TurnPart; readonly isRunning: boolean }) {
  switch (part.type) {
    case 'thinking':
      return (
        <details className="thinking">
          <summary>{part.isComplete || !isRunning ? 'Thoughts' : 'Thinking…'}</summary>
          <p>{part.content}</p>
        </details>
      );
    case 'text':
      return (
        <div className={isRunning && !part.isComplete ? 'text writing' : 'text'}>
          {/* HTML in an answer stays text, and a link to a script loses its address. */}
          <Markdown remarkPlugins={[remarkGfm]}>{part.content}</Markdown>
        </div>
      );
    case 'tool':
      return (
        <details className="tool">
          <summary>
            <span className={part.isComplete ? 'done' : isRunning ? 'busy' : 'lost'} aria-hidden="true" />
            {part.name}
            <span className="state">{part.isComplete ? 'done' : isRunning ? 'running…' : 'no result'}</span>
          </summary>
          <pre>{JSON.stringify(part.arguments, null, 2)}</pre>
          {part.isComplete && <pre>{JSON.stringify(part.result, null, 2)}</pre>}
          {part.image && <PageImage image={part.image} />}
        </details>
      );
  }
}
