import { PlainTable } from './plain-table.tsx';

/** An answer that waits for its request. */
export interface Queued {
  readonly id: number;
  readonly scenario: string;
  readonly operation: string;
  readonly match: object;
  readonly times: number;
  readonly used: number;
}

/** Answers that wait, or waited in vain. */
export function QueueTable({
  answers,
  remove,
}: {
  readonly answers: readonly Queued[];
  /** Takes one out; left out where nothing waits any more. */
  readonly remove?: (id: number) => void;
}) {
  return (
    <PlainTable columns={['Number', 'Scenario', 'Operation', 'Match', 'Used', ...(remove ? [''] : [])]}>
      {answers.map(({ id, scenario, operation, match, times, used }) => (
        <tr key={id}>
          <td>{id}</td>
          <td>
            <bdi>{scenario}</bdi>
          </td>
          <td>{operation}</td>
          <td>
            <code>{Object.keys(match).length === 0 ? 'any' : JSON.stringify(match)}</code>
          </td>
          <td>
            {used} of {times}
          </td>
          {remove && (
            <td class="buttons">
              <button type="button" aria-label={`Remove answer ${id}`} onClick={() => remove(id)}>
                Remove
              </button>
            </td>
          )}
        </tr>
      ))}
    </PlainTable>
  );
}
