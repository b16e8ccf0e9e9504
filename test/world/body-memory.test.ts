import { expect, test } from 'vitest';
import { BodyMemory } from '../../src/world/body-memory.ts';

test.each([
  ['tiny', 2, 3000],
  ['large', 16 * 1024, 200],
])('%s bodies are parsed once while few were looked at since, and are forgotten after many', (_, bytes, many) => {
  const memory = new BodyMemory();
  let parsed = 0;
  const look = (owner: object) =>
    memory.read(owner, bytes, () => {
      parsed += 1;
      return {};
    });
  const first = {};
  for (let count = 0; count < 50; count++) {
    look(first);
    look({});
  }
  expect(parsed).toBe(51);
  for (let count = 0; count < many; count++) look({});
  look(first);
  expect(parsed).toBe(51 + many + 1);
});
