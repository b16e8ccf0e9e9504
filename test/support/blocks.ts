interface Block {
  readonly language: string;
  readonly text: string;
}

/** The fenced blocks of a Markdown text, in order. */
export function listBlocks(markdown: string): Block[] {
  return [...markdown.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language = '', text = '']) => ({ language, text }));
}

/** The texts of those in one language. */
export function readBlocks(markdown: string, language: string): string[] {
  return listBlocks(markdown).flatMap((block) => (block.language === language ? [block.text] : []));
}
