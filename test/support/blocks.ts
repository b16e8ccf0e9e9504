interface Block {
  readonly language: string;
  /** The file it stands for, as in `ts title=src/ask.ts`; null: none. */
  readonly title: string | null;
  readonly text: string;
}

/** The fenced blocks of a Markdown text, in order. */
export function listBlocks(markdown: string): Block[] {
  return [...markdown.matchAll(/^```(\w+)(?: title=(\S+))?\n(.*?)^```$/gms)].map(
    ([, language = '', title = null, text = '']) => ({ language, title, text }),
  );
}

/** The texts of those in one language. */
export function readBlocks(markdown: string, language: string): string[] {
  return listBlocks(markdown).flatMap((block) => (block.language === language ? [block.text] : []));
}

/** The files that a section of a guide shows. */
export function listFiles(guide: string, heading: string): { readonly title: string; readonly text: string }[] {
  const [, section = ''] = new RegExp(`^## ${heading}\n(.*?)(?=^## |(?![^]))`, 'ms').exec(guide) ?? [];
  return listBlocks(section).flatMap(({ title, text }) => (title === null ? [] : [{ title, text }]));
}
