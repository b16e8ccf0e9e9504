import { ESCAPED_BRACES } from './braces.ts';

/** What a text with templates is made of. */
export type TextPart =
  | { readonly kind: 'text'; readonly text: string }
  /** Literal `{{`, once or more; each is written twice. */
  | { readonly kind: 'braces'; readonly text: string }
  | { readonly kind: 'template'; readonly template: Template };

/** `{{module.method}}` or `{{module.method(…)}}`, as it is written and in its parts. */
export interface Template {
  readonly source: string;
  readonly module: string;
  readonly method: string;
  /** The text between the parentheses; '' if there are none. */
  readonly argumentsText: string;
}

const opening = /\{\{([a-z]\w*)\.([a-z]\w*)(\}\}|\()/giy;

/** Splits a text at its templates, in one pass. Braces that are not a template stay text. */
export function splitTemplates(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let textStart = 0;
  const lastClosing = text.lastIndexOf(')}}');
  for (let at = text.indexOf('{{'); at !== -1; ) {
    if (text.startsWith(ESCAPED_BRACES, at)) {
      if (at > textStart) parts.push({ kind: 'text', text: text.slice(textStart, at) });
      textStart = at + ESCAPED_BRACES.length;
      while (text.startsWith(ESCAPED_BRACES, textStart)) textStart += ESCAPED_BRACES.length;
      parts.push({ kind: 'braces', text: '{{'.repeat((textStart - at) / ESCAPED_BRACES.length) });
      at = text.indexOf('{{', textStart);
      continue;
    }
    opening.lastIndex = at;
    const [head = '', module = '', method = '', end = ''] = opening.exec(text) ?? [];
    const argumentsStart = at + head.length;
    // Without the last one in mind, each of many open templates would be searched to the end of the text.
    const isOpen = head === '' || (end === '(' && argumentsStart > lastClosing);
    if (isOpen) {
      at = text.indexOf('{{', at + 1);
      continue;
    }
    const argumentsEnd = end === '(' ? text.indexOf(')}}', argumentsStart) : argumentsStart;
    const templateEnd = end === '(' ? argumentsEnd + 3 : argumentsStart;
    if (at > textStart) parts.push({ kind: 'text', text: text.slice(textStart, at) });
    const source = text.slice(at, templateEnd);
    const argumentsText = text.slice(argumentsStart, argumentsEnd);
    parts.push({ kind: 'template', template: { source, module, method, argumentsText } });
    textStart = templateEnd;
    at = text.indexOf('{{', templateEnd);
  }
  if (textStart < text.length) parts.push({ kind: 'text', text: text.slice(textStart) });
  return parts;
}
