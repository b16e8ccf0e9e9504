import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { addRelease } from '../../scripts/release-notes.ts';

const before = '# Changelog\n\nAll notable changes.\n\n## 0.1.0 - 2026-01-31\n\n### Added\n\n- All of it.\n';

test('a release stands before older ones, its changes in the order of Keep a Changelog', () => {
  const changes = ['Fixed: a stall.', 'Added: a fault\nwith two lines.', 'Fixed: a leak.\n'];
  expect(addRelease(before, { version: '0.2.0', date: '2026-02-01', changes })).toBe(`# Changelog

All notable changes.

## 0.2.0 - 2026-02-01

### Added

- a fault
  with two lines.

### Fixed

- a stall.
- a leak.

## 0.1.0 - 2026-01-31

### Added

- All of it.
`);
});

test('the first release of a changelog follows its introduction', () => {
  expect(addRelease('# Changelog\n', { version: '0.1.0', date: '2026-02-01', changes: ['Added: a mock.'] })).toBe(
    '# Changelog\n\n## 0.1.0 - 2026-02-01\n\n### Added\n\n- a mock.\n',
  );
});

test('a change without a section is an error that names them', () => {
  expect(() => addRelease(before, { version: '0.2.0', date: '2026-02-01', changes: ['Better.'] })).toThrow(
    'Failed to write the changelog: "Better." has no section. Begin with one of: Added, Changed, Deprecated, Removed, Fixed, Security.',
  );
});

const folder = new URL('../../.changeset/', import.meta.url);
const changesets = readdirSync(folder).filter((name) => name.endsWith('.md') && name !== 'README.md');
test.each(changesets)('%s is a changeset: a formatter may make a heading of its front matter', (name) => {
  const text = readFileSync(new URL(name, folder), 'utf8');
  expect(text).toMatch(
    /^---\n'chat-mock': (?:major|minor|patch)\n---\n\n(?:Added|Changed|Deprecated|Removed|Fixed|Security): /,
  );
});
