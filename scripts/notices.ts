import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What the licence of a package asks to be passed on with its code. */
interface Notice {
  /** Name, version and licence. */
  readonly title: string;
  readonly text: string;
}

const RULE = '-'.repeat(80);
const LICENSE_FILE = /^(?:licen[cs]e|copying|notice)(?:[.-].*)?$/i;

/** The notices of packages, by their directories, one of them for packages with the same text. */
export async function renderNotices(directories: readonly string[]): Promise<string> {
  const notices = await Promise.all(directories.map(readNotice));
  const byText = new Map<string, string[]>();
  for (const { title, text } of notices) byText.set(text, [...(byText.get(text) ?? []), title]);
  const sections = [...byText].map(([text, titles]) => `${titles.sort().join('\n')}\n\n${text}`);
  return sections
    .sort()
    .map((section) => `${RULE}\n${section}\n`)
    .join('\n');
}

async function readNotice(directory: string): Promise<Notice> {
  const { name, version, license, author, homepage } = JSON.parse(
    await readFile(join(directory, 'package.json'), 'utf8'),
  );
  const files = (await readdir(directory)).filter((file) => LICENSE_FILE.test(file)).sort();
  const texts = await Promise.all(files.map((file) => readFile(join(directory, file), 'utf8')));
  const holder = typeof author === 'string' ? author : (author?.name ?? `the authors of ${name}`);
  const own = `Copyright (c) ${holder}${homepage ? ` (${homepage})` : ''}. The package names its licence only: ${license}.`;
  return {
    title: `${name} ${version} (${license})`,
    text: texts.length > 0 ? texts.map((text) => text.replaceAll('\r\n', '\n').trim()).join('\n\n') : own,
  };
}
