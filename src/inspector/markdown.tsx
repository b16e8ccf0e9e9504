import { Lexer, type Token } from 'marked';
import { Component, type ComponentChildren, type VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import { Plain } from './ui.tsx';

/** Longer texts are shown as they are: the lexer takes a second for a megabyte. */
const LONGEST = 64 * 1024;
/** Texts with more marks, or with lists and quotes that are deeper, take the lexer seconds (measured). */
const MOST_MARKS = 4000;
const DEEPEST = /^(?:[ \t]*(?:>|[-*+]|\d{1,9}[.)])){40}/m;

/**
 * A Markdown text as elements, never as HTML: what the lexer takes for HTML is shown as text, images as their words,
 * and only links of the web lead anywhere. A text that the lexer fails on is shown as it is.
 */
export function Markdown({ text }: { readonly text: string }) {
  const tokens = useMemo(() => lex(text), [text]);
  if (tokens === null) return <Plain text={text} />;
  return (
    <TooDeep key={text.length} text={text}>
      <div class="markdown">{drawAll(tokens)}</div>
    </TooDeep>
  );
}

/** Shows the text itself where drawing it fails, as on thousands of nested quotes. */
class TooDeep extends Component<
  { readonly text: string; readonly children: ComponentChildren },
  { hasFailed: boolean }
> {
  override state = { hasFailed: false };

  static override getDerivedStateFromError() {
    return { hasFailed: true };
  }

  override render() {
    return this.state.hasFailed ? <Plain text={this.props.text} /> : this.props.children;
  }
}

function lex(text: string): readonly Token[] | null {
  if (text.length > LONGEST || DEEPEST.test(text) || countMarks(text) > MOST_MARKS) return null;
  try {
    return new Lexer({ gfm: true }).lex(text);
  } catch {
    return null; // Too deep for the lexer, which calls itself for each level.
  }
}

function countMarks(text: string): number {
  return text.match(/[_*~`[\]<&|]/g)?.length ?? 0;
}

function drawAll(tokens: readonly Token[] | undefined): ComponentChildren {
  return (tokens ?? []).map((token, index) => <Drawn key={index} token={token} />);
}

function Drawn({ token }: { readonly token: Token }): VNode {
  return <>{draw(token)}</>;
}

function draw(token: Token): ComponentChildren {
  switch (token.type) {
    case 'space':
    case 'def':
      return null;
    case 'heading':
      return (
        // A level of the turn, not of the page.
        <p class={`heading heading-${token['depth']}`}>{drawAll(token['tokens'])}</p>
      );
    case 'paragraph':
      return <p>{drawAll(token['tokens'])}</p>;
    case 'blockquote':
      return <blockquote>{drawAll(token['tokens'])}</blockquote>;
    case 'code':
      return (
        <pre class="code">
          <code>{token['text']}</code>
        </pre>
      );
    case 'codespan':
      return <code>{toPlain(token['text'])}</code>;
    case 'hr':
      return <hr />;
    case 'br':
      return <br />;
    case 'strong':
      return <strong>{drawAll(token['tokens'])}</strong>;
    case 'em':
      return <em>{drawAll(token['tokens'])}</em>;
    case 'del':
      return <del>{drawAll(token['tokens'])}</del>;
    case 'list':
      return token['ordered'] ? (
        <ol start={Number(token['start']) || 1}>{drawAll(token['items'])}</ol>
      ) : (
        <ul>{drawAll(token['items'])}</ul>
      );
    case 'list_item':
      return <li>{drawAll(token['tokens'])}</li>;
    case 'checkbox':
      return token['checked'] ? '☑ ' : '☐ ';
    case 'table':
      return drawTable(token as unknown as TableToken); // The lexer's own shape.
    case 'link':
      return drawLink(token['href'], drawAll(token['tokens']));
    case 'image':
      return `[image: ${toPlain(token['text'])}]`;
    case 'text':
    case 'escape':
      return 'tokens' in token && token.tokens ? drawAll(token.tokens) : toPlain(token['text']);
    default:
      return token.raw; // HTML among them: it is shown as text.
  }
}

interface TableToken {
  readonly header: readonly { readonly tokens: readonly Token[] }[];
  readonly rows: readonly (readonly { readonly tokens: readonly Token[] }[])[];
}

function drawTable({ header, rows }: TableToken): VNode {
  return (
    <table>
      <thead>
        <tr>
          {header.map(({ tokens }, index) => (
            <th key={index}>{drawAll(tokens)}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, index) => (
          <tr key={index}>
            {row.map(({ tokens }, column) => (
              <td key={column}>{drawAll(tokens)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function drawLink(href: unknown, children: ComponentChildren): VNode {
  const url = toPlain(String(href));
  if (!/^https?:\/\//i.test(url)) return <span class="no-link">{children}</span>;
  return (
    <a href={url} target="_blank" rel="noreferrer noopener">
      {children}
    </a>
  );
}

/** The lexer escapes five characters for HTML, which this is not. */
function toPlain(text: unknown): string {
  return String(text).replaceAll(/&(?:amp|lt|gt|quot|#39);/g, (entity) => entities[entity] ?? entity);
}

const entities: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
};
