/**
 * The first characters of a value's JSON, ended by `…` where more follows. Nothing beyond them is visited or built: a
 * value may be megabytes long, and be shown in hundreds of places.
 */
export function preview(value: unknown, maxChars: number): string {
  const parts: string[] = [];
  let sizeChars = 0;
  const write = (text: string) => {
    parts.push(text);
    sizeChars += text.length;
  };
  const visit = (one: unknown): void => {
    if (typeof one === 'string') write(JSON.stringify(one.slice(0, maxChars + 1)));
    else if (typeof one !== 'object' || one === null) write(JSON.stringify(one) ?? 'null');
    else if (Array.isArray(one)) visitList(one);
    else visitFields(one);
  };
  const visitList = (list: readonly unknown[]) => {
    write('[');
    for (let index = 0; index < list.length && sizeChars <= maxChars; index += 1) {
      if (index > 0) write(',');
      visit(list[index]);
    }
    write(']');
  };
  const visitFields = (fields: object) => {
    write('{');
    let isFirst = true;
    for (const [key, inner] of Object.entries(fields)) {
      if (sizeChars > maxChars) break;
      if (inner === undefined) continue;
      write(`${isFirst ? '' : ','}${JSON.stringify(key.slice(0, maxChars + 1))}:`);
      isFirst = false;
      visit(inner);
    }
    write('}');
  };
  visit(value);
  const text = parts.join('');
  return text.length > maxChars ? `${text.slice(0, maxChars - 1)}…` : text;
}
