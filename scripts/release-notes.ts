const sections = ['Added', 'Changed', 'Deprecated', 'Removed', 'Fixed', 'Security'] as const;

/** What a release says, and of which version it says so. */
export interface Release {
  readonly version: string;
  /** `2026-05-31`. */
  readonly date: string;
  /** The texts of the changesets, without their front matter. */
  readonly changes: readonly string[];
}

/** Adds a release to a changelog in the form of Keep a Changelog. Each change begins with the name of its section. */
export function addRelease(changelog: string, { version, date, changes }: Release): string {
  const pattern = new RegExp(`^(${sections.join('|')}): (.+)$`, 's');
  const told = changes.map((change) => {
    const [, section, text] = pattern.exec(change.trim()) ?? [];
    if (section && text) return { section, text: text.replaceAll('\n', '\n  ') };
    throw new Error(
      `Failed to write the changelog: "${change.trim()}" has no section. Begin with one of: ${sections.join(', ')}.`,
    );
  });
  const parts = sections.flatMap((section) => {
    const lines = told.filter((one) => one.section === section).map(({ text }) => `- ${text}`);
    return lines.length === 0 ? [] : [`### ${section}\n\n${lines.join('\n')}\n`];
  });
  const at = changelog.search(/^## /m);
  const [head, older] = at === -1 ? [`${changelog}\n`, ''] : [changelog.slice(0, at), changelog.slice(at)];
  return `${head}## ${version} - ${date}\n\n${parts.join('\n')}${older === '' ? '' : `\n${older}`}`;
}
