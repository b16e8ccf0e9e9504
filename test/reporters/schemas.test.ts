import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import AjvDraft04 from 'ajv-draft-04';
import { expect, test } from 'vitest';
import { validateXML } from 'xmllint-wasm';
import { reporters } from '../../src/reporters/index.ts';
import { plain, sampleRun } from './sample-run.ts';

/** The formats' published schemas, copied from the packages that publish them. */
const read = (file: string) => JSON.parse(readFileSync(new URL(`schemas/${file}`, import.meta.url), 'utf8'));

async function render(format: keyof typeof reporters): Promise<string> {
  const pieces: string[] = [];
  const report = await reporters[format]();
  for await (const piece of report(sampleRun(), plain)) pieces.push(piece);
  return pieces.join('');
}

test('SARIF is valid by the OASIS schema', async () => {
  const { $schema: _, id: __, ...schema } = read('sarif-2.1.0.json');
  const ajv = new AjvDraft04.default({ strict: false, validateFormats: false, unicodeRegExp: false });
  const validate = ajv.compile(schema);
  validate(JSON.parse(await render('sarif')));
  expect(validate.errors).toBeNull();
});

test('SARIF keeps the rules that GitHub documents for code scanning', async () => {
  const log = JSON.parse(await render('sarif'));
  expect(log).toMatchObject({ version: '2.1.0', $schema: expect.stringContaining('sarif-2.1.0.json') });
  for (const { tool, results, automationDetails } of log.runs) {
    expect(tool.driver.name).toBeTruthy();
    expect(automationDetails.id).toMatch(/^[\w.-]+\/[\w.-]+\/$/);
    const rules = tool.driver.rules.map(({ id }: { id: string }) => id);
    expect(new Set(rules).size).toBe(rules.length);
    for (const rule of tool.driver.rules)
      for (const text of [rule.shortDescription.text, rule.fullDescription.text, rule.help.text])
        expect(text.length).toBeGreaterThan(0);
    expect(results.length).toBeGreaterThan(0);
    for (const { ruleId, ruleIndex, level, message, locations, partialFingerprints } of results) {
      expect(rules[ruleIndex]).toBe(ruleId);
      expect(['none', 'note', 'warning', 'error']).toContain(level);
      expect(message.text).toBeTruthy();
      expect(locations).toHaveLength(1);
      const { artifactLocation, region } = locations[0].physicalLocation;
      // A path below the root of the repository, no URL and no absolute one: GitHub drops anything else.
      expect(artifactLocation.uri).toMatch(/^(?!\/)(?!.*\.\.)(?!.*:\/\/)\S+$/);
      expect(region.startLine).toBeGreaterThanOrEqual(1);
      expect(partialFingerprints.primaryLocationLineHash).toBe(`${ruleId}:1`);
    }
  }
});

test('CTRF is valid by its schema', async () => {
  const { $schema: _, ...schema } = read('ctrf-0.0.json');
  const validate = new Ajv({ strict: false, validateFormats: false }).compile(schema);
  validate(JSON.parse(await render('ctrf')));
  expect(validate.errors).toBeNull();
});

test('HAR is valid by the schema of HAR 1.2', async () => {
  const ajv = new Ajv({ strict: false, validateFormats: false });
  for (const { $schema: _, ...schema } of read('har-1.2.json')) ajv.addSchema(schema);
  const validate = ajv.getSchema('har.json#');
  validate?.(JSON.parse(await render('har')));
  expect(validate?.errors).toBeNull();
});

test('JUnit is valid by the schema of Jenkins, which refuses what is not', async () => {
  const schema = readFileSync(new URL('schemas/junit-jenkins.xsd', import.meta.url), 'utf8');
  const xml = await render('junit');
  const validate = async (contents: string) =>
    (await validateXML({ xml: { fileName: 'report.xml', contents }, schema })).errors.map(({ message }) => message);
  expect(await validate(xml)).toEqual([]);
  const broken = await validate(xml.replace(/(<testcase classname="[^"]*") name="[^"]*"/, '$1'));
  expect(broken.join()).toContain("The attribute 'name' is required but missing");
});

test('JUnit is well-formed, and its numbers are those of its elements', async () => {
  const xml = await render('junit');
  const open: string[] = [];
  const counts = new Map<string, number>();
  for (const [tag, slash, name = '', selfClosing] of xml.matchAll(/<(\/?)([a-z-]+)(?: [a-z]+="[^"<]*")*(\/?)>/g)) {
    if (slash) expect(open.pop()).toBe(name);
    else counts.set(name, (counts.get(name) ?? 0) + 1);
    if (!slash && !selfClosing && !tag.startsWith('<?')) open.push(name);
  }
  expect(open).toEqual([]);
  // Nothing is left outside of tags that would be markup.
  expect(xml.replaceAll(/<[^<>]*>/g, '')).not.toMatch(/[<>]|&(?!(?:amp|lt|gt|quot|#\d+);)/);
  const total = (name: string) => Number(new RegExp(`<testsuites [^>]*${name}="(\\d+)"`).exec(xml)?.[1]);
  expect({ tests: total('tests'), failures: total('failures'), errors: total('errors') }).toEqual({
    tests: counts.get('testcase'),
    failures: counts.get('failure'),
    errors: counts.get('error'),
  });
});
