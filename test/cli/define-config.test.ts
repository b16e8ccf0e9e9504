import { expect, expectTypeOf, test } from 'vitest';
import { commands } from '../../src/cli/commands/index.ts';
import { type ChatMockConfig, defineConfig, furtherSettings } from '../../src/node/define-config.ts';
import { defaultLimits, type LimitName } from '../../src/runtime/limits.ts';

/** As `defineConfig` knows them, apart from the further ones. */
const usual: Required<Record<Exclude<keyof ChatMockConfig, (typeof furtherSettings)[number] | LimitName>, true>> = {
  ...{ port: true, host: true, seed: true, edition: true, scenarios: true, fixtures: true, noBuiltIn: true },
  ...{ sessions: true, speed: true, clock: true, apiKey: true, choices: true, lenient: true, json: true, cors: true },
  ...{ tls: true, tlsCert: true, tlsKey: true, listen: true, drainMs: true, open: true },
  ...{ watch: true, noControl: true, controlToken: true, quiet: true },
};

test('a configuration has the flags of all commands', () => {
  const typed = new Set(['config', ...commands.map(({ positional }) => positional)]);
  const flags = new Set(commands.flatMap(({ options }) => Object.keys(options)).filter((name) => !typed.has(name)));
  expect([...furtherSettings, ...Object.keys(usual), ...Object.keys(defaultLimits)].sort()).toEqual([...flags].sort());
});

test('a configuration is what it was given', () => {
  const config = { port: 4020, scenarios: 'mocks', speed: 'instant', only: ['stream.*'] } as const;
  expect(defineConfig(config)).toBe(config);
  // @ts-expect-error: no such setting
  defineConfig({ prot: 4020 });
  expectTypeOf(defineConfig).returns.toEqualTypeOf<ChatMockConfig>();
});
