import { type JsonLine, toJsonLines } from './json-lines.ts';
import { isAt, type Mistake } from './mistakes.ts';
import { Scrolling } from './ui.tsx';

/** A JSON value in lines; a text that is not JSON as it stands. Mistakes stand below the lines that they are about. */
export function JsonView({
  value,
  label,
  mistakes = [],
}: {
  readonly value: unknown;
  readonly label: string;
  readonly mistakes?: readonly Mistake[];
}) {
  const lines = toJsonLines(value);
  const shown = new Set<Mistake>();
  return (
    <Scrolling label={label}>
      {lines.map((line, index) => {
        const here = mistakes.filter((mistake) => !shown.has(mistake) && isAt(mistake, line.path));
        for (const mistake of here) shown.add(mistake);
        return <Line key={index} line={line} mistakes={here} />;
      })}
    </Scrolling>
  );
}

function Line({
  line: { depth, name, text, kind },
  mistakes,
}: {
  readonly line: JsonLine;
  readonly mistakes: readonly Mistake[];
}) {
  const indent = '  '.repeat(depth);
  return (
    <>
      <span class={mistakes.length > 0 ? 'line wrong' : 'line'}>
        {indent}
        {name !== '' && <span class="json-name">{name}</span>}
        <span class={`json-${kind}`}>{text}</span>
      </span>
      {mistakes.map(({ place, message }) => (
        <span class="line mistake" key={`${place} ${message}`}>
          {indent}
          {'↑ '}
          {place}: {message}
        </span>
      ))}
    </>
  );
}
