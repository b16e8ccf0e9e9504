import type { ComponentChildren } from 'preact';

/** A table with its head; a column without a name is that of the buttons. */
export function PlainTable({
  columns,
  children,
}: {
  readonly columns: readonly string[];
  /** Its rows. */
  readonly children: ComponentChildren;
}) {
  return (
    <table class="plain-table">
      <thead>
        <tr>
          {columns.map((name) => (
            <th key={name} scope="col">
              {name === '' ? <span class="unseen">What can be done</span> : name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  );
}
