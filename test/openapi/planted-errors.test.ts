import { describe, expect, test } from 'vitest';
import { buildDocument, type SpecVersion, specVersions } from '../../src/openapi/index.ts';
import type { JsonObject } from '../../src/openapi/json.ts';
import { thinned } from '../support/runs.ts';
import { gates } from './support/gates.ts';

/** A gate that cannot fail is none: what each must find, as a change of the document's text. */
const planted: Readonly<
  Record<keyof typeof gates, readonly (readonly [before: string, after: string, only?: SpecVersion])[]>
> = {
  'is a document by the validator of others': [
    ['"in":"path"', '"in":"road"'],
    ['"itemSchema":{', '"itemSchema":[],"x-rest":{', '3.2'],
  ],
  'is a document by the specification’s own schema': [
    ['"in":"path"', '"in":"road"'],
    ['"type":"integer"', '"type":"whole"'],
    ['"itemSchema":{', '"itemSchema":[],"x-rest":{', '3.2'],
  ],
  'has an example for every schema and body, and each is valid by its schema': [
    ['"examples":[{"detail":"Session not found"}]', '"x-none":0'],
    ['"value":{"detail":"Not authenticated"}', '"value":{"detail":401}'],
    ['"examples":["ses-abc123"]', '"examples":[1]'],
    ['{"event":"delta","data"', '{"event":"deltas","data"', '3.2'],
    ['"data":"{\\"type\\":\\"text\\"', '"data":"{\\"type\\":\\"texts\\"', '3.2'],
    ['"serializedValue":"event: delta', '"serializedValue":"event: message', '3.2'],
  ],
  'has no component that nothing refers to': [
    ['"schemas":{', '"schemas":{"Lonely":{"type":"string"},'],
    ['"securitySchemes":{', '"securitySchemes":{"Lonely":{"type":"mutualTLS"},'],
  ],
  'says only of what may be null that it may, in the words of its version': [
    ['{"type":["string","null"]', '{"const":"a","type":["string","null"]'],
    ['{"type":["string","null"]', '{"nullable":true,"type":"string"'],
    [
      '"anyOf":[{"$ref":"#/components/schemas/JobMetadata"},',
      '"type":"object","anyOf":[{"$ref":"#/components/schemas/JobMetadata"},',
    ],
  ],
  'has each discriminator once, with one name for each member of its union': [
    ['"stop":"#/components/schemas/EventStopEvent"', '"end":"#/components/schemas/EventStopEvent"'],
    ['"text":"#/components/schemas/EventTextEvent"', '"text":"#/components/schemas/EventStopEvent"'],
    ['"const":"stop"', '"const":"text"'],
    [
      '"defaultMapping":"#/components/schemas/EventTextDeltaEvent"',
      '"defaultMapping":"#/components/schemas/Usage"',
      '3.2',
    ],
    [
      '"discriminator":{"propertyName":"type","mapping":{"thinking_delta"',
      '"x-none":{"mapping":{"thinking_delta"',
      '3.2',
    ],
    [
      '"type":"object","properties":{"detail"',
      '"discriminator":{"propertyName":"detail"},"type":"object","properties":{"detail"',
    ],
  ],
  'describes every operation, parameter, field, response, header and schema': [
    ['"description":"Delete a session."', '"x-none":0'],
    ['"description":"Unique session identifier."', '"x-none":0'],
    ['"description":"No key was sent, or one that is not known."', '"x-none":0'],
    ['"description":"Seconds to wait, or the date to wait for."', '"x-none":0'],
    ['"description":"One chat turn.","examples"', '"examples"'],
  ],
};

describe.each(specVersions)('in %s', (spec) => {
  const text = JSON.stringify(buildDocument({ edition: '2026-09', spec }));
  const all = Object.entries(planted).flatMap(([name, errors]) =>
    errors.flatMap(
      ([before, after, only = spec]) => (only === spec ? [{ name: name as keyof typeof gates, before, after }] : []), // The keys of the table.
    ),
  );

  test.each(thinned(all, 4))('“$name” fails for $after', async ({ name, before, after }) => {
    expect(text).toContain(before);
    const broken = JSON.parse(text.replace(before, () => after)) as JsonObject;
    expect(await gates[name](broken, spec)).not.toEqual([]);
  });
});
