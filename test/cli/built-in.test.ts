import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { builtInScenarios, createChatMock, loadScenarios, parseScenarios } from '../../src/index.ts';
import { loadScenario } from '../../src/node/files.ts';
import { type Bundle, bundle } from './support/bundle.ts';
import { runProcess } from './support/run-process.ts';
import { temporaryDirectory } from './support/temporary-directory.ts';

let program: Bundle;
beforeAll(async () => {
  program = await bundle('src/cli/main.ts');
});

const session = (id: string, name: string) => `session_id: ${id}
last_updated_at: 2026-04-01T00:00:00.000000
turns: [{ prompt: ${name} }]
`;
const index =
  'name: My contracts, project_id: p, source_directory_id: s, output_directory_id: o, sync_config_id: y, export_config_id: e, files: [a.pdf]';

interface Told {
  readonly scenarios: readonly { readonly scenario: string; readonly description: string | null }[];
  readonly sessions: readonly { readonly session_id: string }[];
  readonly indexes: readonly { readonly id: string; readonly name: string }[];
}

async function askFor(url: string): Promise<Told> {
  // biome-ignore lint/suspicious/noExplicitAny: what the API answers is looked into.
  const get = async (path: string): Promise<any> =>
    (await fetch(url + path, { headers: { authorization: 'Bearer x' } })).json();
  const { scenarios } = await get('/__mock/scenarios');
  const { items: sessions } = await get('/api/v1/chat?page_size=100');
  const { items: indexes } = await get('/api/v1/indexes?page_size=100');
  return { scenarios, sessions, indexes };
}

describe('serve', () => {
  const files = {
    'scenarios/mine.yaml': 'scenario: mine\nsteps: [{ text: Mine. }]\n',
    'scenarios/fast.yaml': 'scenario: fast\ndescription: My own fast one.\nsteps: [{ text: Fast. }]\n',
    'fixtures/sessions/a.yaml': session('ses-mine', 'Mine'),
    'fixtures/sessions/b.yaml': session('ses-q3-review', 'My own review'),
    'fixtures/indexes.yaml': `- { id: idx-abc123, ${index} }\n`,
  };
  const started = async (...flags: readonly string[]) => {
    let asked: Promise<Told> | undefined;
    const { stderr } = await runProcess(program.file, ['--port', '0', '--json', ...flags], {
      cwd: temporaryDirectory(files),
      onReady: (child, line) => {
        asked = askFor(JSON.parse(line).url).finally(() => child.kill('SIGTERM'));
      },
    });
    expect(stderr).toBe('');
    return asked as Promise<Told>; // It was ready, or stderr would say why not.
  };

  test('adds what it is given to what is built in; one’s own wins by name', async () => {
    const built = await started();
    const { scenarios, sessions, indexes } = await started('--scenarios', 'scenarios', '--fixtures', 'fixtures');
    expect(scenarios).toHaveLength(built.scenarios.length + 1);
    expect(scenarios.filter(({ scenario }) => scenario === 'fast').map(({ description }) => description)).toEqual([
      'My own fast one.',
    ]);
    expect(scenarios.map(({ scenario }) => scenario)).toContain('mine');
    expect(sessions).toHaveLength(built.sessions.length + 1);
    expect(sessions.map(({ session_id }) => session_id)).toContain('ses-mine');
    expect(indexes).toHaveLength(built.indexes.length);
    expect(indexes.find(({ id }) => id === 'idx-abc123')?.name).toBe('My contracts');
  });

  test('--no-built-in leaves it out', async () => {
    const own = await started('--no-built-in', '--scenarios', 'scenarios', '--fixtures', 'fixtures');
    expect(own.scenarios.map(({ scenario }) => scenario)).toEqual(['fast', 'mine']);
    expect(own.sessions.map(({ session_id }) => session_id).sort()).toEqual(['ses-mine', 'ses-q3-review']);
    expect(own.indexes.map(({ id }) => id)).toEqual(['idx-abc123']);
    expect(await started('--no-built-in')).toEqual({ scenarios: [], sessions: [], indexes: [] });
    expect((await started('--no-built-in', '--scenarios', 'scenarios')).sessions).toEqual([]);
  });
});

describe('a program', () => {
  const own = parseScenarios({ 'fast.yaml': 'scenario: fast\ndescription: Mine.\nsteps: [{ text: Fast. }]\n' });

  test.each([
    ['after', [...builtInScenarios, ...own]],
    ['before', [...own, ...builtInScenarios]],
  ])('gives its own scenarios %s the built-in ones, and they win', async (_, scenarios) => {
    const mock = createChatMock({ scenarios });
    expect(mock.scenarioNames).toHaveLength(builtInScenarios.length);
    const response = await mock.fetch('http://mock/__mock/scenarios');
    const { scenarios: told } = (await response.json()) as { scenarios: { scenario: string; description: string }[] };
    expect(told.filter(({ scenario }) => scenario === 'fast')).toMatchObject([{ description: 'Mine.' }]);
    mock.replaceScenarios([...scenarios]);
    expect(mock.scenarioNames).toHaveLength(builtInScenarios.length);
  });

  test('two of its own with one name are a mistake', () => {
    expect(() => createChatMock({ scenarios: [...builtInScenarios, ...own, ...own] })).toThrow('two are named "fast"');
  });

  test('loads a directory', async () => {
    const directory = temporaryDirectory({ 'a.yaml': 'scenario: a\nsteps: [{ text: A. }]\n' });
    expect(await loadScenarios(directory)).toEqual([{ scenario: 'a', steps: [{ text: 'A.' }] }]);
  });

  test.each([
    ['a name', 'slow-one'],
    ['a file', 'slow-one.yaml'],
    ['what import.meta.glob gives', './scenarios/below/slow-one.YML'],
    ['a path with a query', '/src/slow-one.json?raw'],
  ])('reads texts by %s', (_, name) => {
    expect(parseScenarios({ [name]: 'scenario: slow-one\nsteps: [{ text: A. }]\n' })).toMatchObject([
      { scenario: 'slow-one' },
    ]);
  });

  test('learns all that is wrong with texts', () => {
    const texts = {
      'a.yaml': 'scenario: b\nsteps: [{ txet: A. }]\n',
      'x/c.yaml': 'scenario: c\nsteps: [{ text: C }]\n',
      'c.yml': 'scenario: c\nsteps: [{ text: C }]\n',
    };
    expect(() => parseScenarios(texts)).toThrow(
      /^Failed to load scenarios: 2 problems\.\n {2}a\.yaml:2:9: step 1 is "txet"; did you mean "text"\?.*\n {2}c\.yml:1:1: another text holds a scenario of this name$/,
    );
    // biome-ignore lint/suspicious/noExplicitAny: what a glob without eager gives.
    expect(() => parseScenarios({ 'a.yaml': (() => {}) as any })).toThrow("ask for { query: '?raw'");
  });
});

describe('scenario play', () => {
  const run = (cwd: string, ...args: readonly string[]) => runProcess(program.file, ['scenario', ...args], { cwd });

  test('plays a file, or says what is wrong with it', async () => {
    const cwd = temporaryDirectory({
      'a.yaml': 'scenario: a\nsteps: [{ text: Played. }]\n',
      'b.yaml': 'scenario: b\nsteps: [{ txet: Played. }]\n',
    });
    expect((await run(cwd, 'play', 'a.yaml', '--speed', 'instant')).stdout).toContain('Played.');
    expect((await run(cwd, 'play', './a.yaml', '--wire')).stdout).toMatch(/sha256 [0-9a-f]{64} of/);
    const bad = await run(cwd, 'play', 'b.yaml');
    expect([bad.ended, bad.stderr]).toEqual([2, expect.stringContaining('  b.yaml:2:9: step 1 is "txet"')]);
    const none = await run(cwd, 'play', 'c.yaml');
    expect([none.ended, none.stderr]).toEqual([2, expect.stringContaining('Failed to read scenario c.yaml')]);
  });

  test('knows the built-in ones beside one’s own, unless they are left out', async () => {
    const cwd = temporaryDirectory({ 'mine/a.yaml': 'scenario: a\nsteps: [{ text: Played. }]\n' });
    const own = ['--scenarios', 'mine', '--speed', 'instant'];
    expect((await run(cwd, 'play', 'a', ...own)).ended).toBe(0);
    expect((await run(cwd, 'play', 'fast', ...own)).ended).toBe(0);
    const left = await run(cwd, 'play', 'fast', ...own, '--no-built-in');
    expect([left.ended, left.stderr]).toEqual([2, 'Failed to play: there is no scenario "fast". Known: a.\n']);
  });
});

describe('scenario new', () => {
  const run = (cwd: string, ...args: readonly string[]) => runProcess(program.file, ['scenario', ...args], { cwd });

  test('writes a file that is good, with the line that leads an editor to the schema', async () => {
    const schema = 'node_modules/chat-mock/schemas/scenario.json';
    const cwd = temporaryDirectory({ [schema]: '{}' });
    const { ended, stdout, stderr } = await run(cwd, 'new', 'my-first', '--scenarios', 'test/scenarios');
    const file = 'test/scenarios/my-first.yaml';
    expect({ ended, stderr, stdout: stdout.split('\n')[0] }).toEqual({ ended: 0, stderr: '', stdout: `Wrote ${file}` });
    const text = readFileSync(join(cwd, file), 'utf8');
    const [, path = ''] = /^# yaml-language-server: \$schema=(.+)\n/.exec(text) ?? [];
    expect(path).toBe(`../../${schema}`);
    expect((await run(cwd, 'check', file)).stdout).toBe('No problems in 1 file.\n');
    expect((await run(cwd, 'play', file, '--speed', 'instant')).stdout).toContain('**Markdown**');
    expect(await loadScenario(join(cwd, file))).toMatchObject({ scenario: 'my-first' });
  });

  test('into the working directory, with the schema of its own where the package is not installed', async () => {
    const cwd = temporaryDirectory();
    expect((await run(cwd, 'new', 'a')).ended).toBe(0);
    const file = join(cwd, 'a.yaml');
    const [, path = ''] = /\$schema=(.+)\n/.exec(readFileSync(file, 'utf8')) ?? [];
    expect(resolve(dirname(file), path)).toBe(resolve(dirname(program.file), '../../schemas/scenario.json'));
    const [, guide = ''] = /# More steps.*: (\S+)\n/.exec(readFileSync(file, 'utf8')) ?? [];
    expect(resolve(dirname(file), guide)).toBe(resolve(dirname(program.file), '../../docs/scenarios.md'));
  });

  test.each([
    ['Slow Tool', 'Did you mean slow-tool?'],
    ['slowTool.yaml', 'Did you mean slow-tool?'],
    ['../etc', 'Did you mean etc?'],
    ['…', 'Use lower-case letters, digits and hyphens.'],
  ])('refuses %j as a name', async (name, advice) => {
    const { ended, stderr } = await run(temporaryDirectory(), 'new', name);
    expect([ended, stderr]).toEqual([2, expect.stringContaining(advice)]);
  });

  test('never overwrites, whatever the ending; and needs a name', async () => {
    const cwd = temporaryDirectory({ 'a.json': 'mine', 'b.yaml': 'mine' });
    for (const name of ['a', 'b']) {
      const { ended, stderr } = await run(cwd, 'new', name);
      expect([ended, stderr]).toEqual([2, expect.stringContaining('it exists already. Edit it, or choose')]);
    }
    expect(readFileSync(join(cwd, 'b.yaml'), 'utf8')).toBe('mine');
    expect((await run(cwd, 'new')).stderr).toContain('it needs a name. Write chat-mock scenario new NAME.');
  });
});
