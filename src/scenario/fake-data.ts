import type { Faker } from '@faker-js/faker';
import { ChatMockError, messageOf } from '../runtime/errors.ts';
import type { Random } from '../runtime/random.ts';
import { shorten } from '../runtime/shorten.ts';
import { splitTemplates, type Template } from './split-templates.ts';
import { suggestTemplate } from './suggest-template.ts';
import type { CreateFill } from './template.ts';

/** What templates may come to: a number in one of them must not stop the server. */
export const templateLimits = {
  /** Characters of one template, its arguments included. */
  sourceCharacters: 1000,
  /** A number among the arguments, or what each `{n}` of a pattern such as `#{8}` adds up to. */
  size: 10_000,
  /** Random choices of one template. A letter or a word is one. */
  choices: 10_000,
  /** Templates of one turn. */
  templates: 1000,
  /** Random choices and repeats of all templates of one turn. */
  choicesPerTurn: 50_000,
  /** Characters that the templates of one turn are filled with. */
  charactersPerTurn: 1_000_000,
} as const;

/** These take a template or an expression of their own, which no limit would reach. */
const refused = new Set(['helpers.fake', 'helpers.mustache']);
/** In these a number is what comes out, not how much of it. */
const takesValues = /^(?:number|date)\.|^(?:finance\.amount|commerce\.price)$/;
/** What faker takes for today: the day on which time in data starts, or no two runs were alike. */
const TODAY = '2026-04-22T12:34:41.342Z';

/**
 * Prepares what fills templates. Filling throws ChatMockError `bad_template` for a name that faker does not know, for
 * arguments that it does not take, and beyond a limit.
 */
export function prepareFill(shared: Faker): CreateFill {
  const counter = new ChoiceCounter();
  const faker = createOwnFaker(shared, counter);
  const names = findNames(faker);
  const suggest = (name: string) => suggestTemplate(name, functionsOf(faker));
  const createFill = () => {
    const turn = new TurnLimits();
    return (text: string, random: Random) => {
      faker.seed(random.integer(0, 0x7fff_ffff));
      return replaceTemplates(text, (template) => {
        counter.start(turn.startTemplate(template));
        checkName(template, { names, suggest });
        const filled = evaluate(template, faker);
        turn.endTemplate(filled, counter.used);
        return filled;
      });
    };
  };
  return Object.assign(createFill, { suggest });
}

/** Fills nothing, but holds templates to the limits that show without faker. */
export const checkSizes: CreateFill = () => {
  const turn = new TurnLimits();
  return (text) =>
    replaceTemplates(text, (template) => {
      turn.startTemplate(template);
      return template.source;
    });
};

function replaceTemplates(text: string, replace: (template: Template) => string): string {
  const parts = splitTemplates(text).map((part) => {
    if (part.kind !== 'template') return part.text;
    const { source } = part.template;
    try {
      return replace(part.template);
    } catch (error) {
      const reason = messageOf(error);
      throw new ChatMockError('bad_template', `${shorten(source, 100)} cannot be filled: ${reason}`, { cause: error });
    }
  });
  return parts.join('');
}

/** An instance of our own: other code in this process may seed the shared one. */
function createOwnFaker(shared: Faker, counter: ChoiceCounter): Faker {
  const FakerClass = shared.constructor as typeof Faker; // The locale's module exports no more than the instance.
  const locale = shared.rawDefinitions;
  const { randomizer } = coreOf(new FakerClass({ locale }));
  const next = () => {
    counter.count();
    return randomizer.next();
  };
  const faker = new FakerClass({ locale, randomizer: { next, seed: (seed) => randomizer.seed(seed) } });
  faker.setDefaultRefDate(TODAY);
  const { arrayElement } = faker.helpers;
  // Of a list of one nothing is drawn, so a count of billions would go by unseen.
  const countedElement: typeof arrayElement = (list) => {
    if (list.length < 2) counter.count();
    return arrayElement(list);
  };
  Object.assign(faker.helpers, { arrayElement: countedElement });
  return faker;
}

interface Core {
  readonly randomizer: { next(): number; seed(seed: number | number[]): void };
}

/** Public, but hidden from the types; the module that exports its generator as such takes 100 ms to load. */
function coreOf(faker: Faker): Core {
  return (faker as unknown as { readonly fakerCore: Core }).fakerCore;
}

/** All chance of faker comes through here, so that whatever a template asks for ends. */
class ChoiceCounter {
  #limit = 0;
  used = 0;

  start(limit: number): void {
    this.#limit = limit;
    this.used = 0;
  }

  count(): void {
    this.used += 1;
    if (this.used <= this.#limit) return;
    const { choices, choicesPerTurn } = templateLimits;
    throw tooMuch(
      this.#limit < choices
        ? `more than ${choicesPerTurn} random choices and repeats in one turn`
        : `more than ${choices} random choices`,
    );
  }
}

class TurnLimits {
  #templates = 0;
  #choices = 0;
  #characters = 0;

  /** Returns how many choices this template may make. */
  startTemplate(template: Template): number {
    this.#choices += checkSize(template);
    this.#templates += 1;
    if (this.#templates > templateLimits.templates) throw tooMuch(`more than ${templateLimits.templates} templates`);
    const left = templateLimits.choicesPerTurn - this.#choices;
    if (left < 0) throw tooMuch(`more than ${templateLimits.choicesPerTurn} random choices and repeats in one turn`);
    return Math.min(templateLimits.choices, left);
  }

  endTemplate({ length }: string, choices: number): void {
    this.#choices += choices;
    this.#characters += length;
    if (this.#characters > templateLimits.charactersPerTurn)
      throw tooMuch(`more than ${templateLimits.charactersPerTurn} characters of fake data`);
  }
}

/** Throws beyond a limit that shows without faker; returns how much the template repeats without a random choice. */
function checkSize({ source, module, method, argumentsText }: Template): number {
  if (source.length > templateLimits.sourceCharacters)
    throw tooMuch(`more than ${templateLimits.sourceCharacters} characters between its braces`);
  if (argumentsText.includes('{{')) throw new Error('a template cannot stand in the arguments of another');
  const isSize = !takesValues.test(`${module}.${method}`);
  const given = parseArguments(argumentsText);
  // A list has the values to choose from; a text is a pattern or a word.
  const numbers = given.map((one) => largestSize(one, isSize && typeof one !== 'string' && !Array.isArray(one)));
  const repeats = countRepeats(given);
  if (Math.max(repeats, ...numbers) > templateLimits.size)
    throw tooMuch(`a number of more than ${templateLimits.size}, which only number, date and amounts take`);
  return repeats;
}

/** The largest number that faker may take for a length or a count; a text is one too, where it is compared with one. */
function largestSize(value: unknown, isSize: boolean): number {
  if (typeof value !== 'object' || value === null) return (isSize && Number(value)) || 0;
  const sizes = Object.entries(value).map(([key, inner]) =>
    largestSize(inner, key !== 'prefix' && (isSize || key === 'length' || key === 'count')),
  );
  return Math.max(0, ...sizes);
}

/** What the `{n}` and `{n,m}` in all texts add up to. */
function countRepeats(value: unknown): number {
  if (typeof value === 'object' && value !== null)
    return Object.values(value).reduce<number>((sum, inner) => sum + countRepeats(inner), 0);
  if (typeof value !== 'string') return 0;
  const repeats = [...value.matchAll(/\{(\d+)(?:,(\d+))?\}/g)];
  return repeats.reduce((sum, [, least, most = least]) => sum + Math.max(Number(least), Number(most)), 0);
}

type Names = ReadonlyMap<string, ReadonlySet<string>>;

/** Own keys only, so that `{{string.constructor}}` is not a name. */
function findNames(faker: Faker): Names {
  const modules = Object.keys(faker).filter((key) => key !== 'fakerCore');
  const all = new Set([...modules, ...Object.keys(faker.rawDefinitions)]);
  return new Map([...all].map((module) => [module, methodsOf(faker, module)]));
}

/** Functions of the module, and lists of its definitions, of which one item is drawn. */
function methodsOf(faker: Faker, module: string): Set<string> {
  const members = [faker, faker.rawDefinitions].flatMap((owner) => Object.entries(Reflect.get(owner, module) ?? {}));
  return new Set(
    members.flatMap(([name, value]) => (typeof value === 'function' || Array.isArray(value) ? [name] : [])),
  );
}

/** The names a template may use, as `module.method`; faker's definitions work too, but are not listed. */
function functionsOf(faker: Faker): readonly string[] {
  return Object.entries(faker).flatMap(([module, members]) =>
    module === 'fakerCore'
      ? []
      : Object.entries(members ?? {}).flatMap(([name, member]) =>
          typeof member === 'function' && !refused.has(`${module}.${name}`) ? [`${module}.${name}`] : [],
        ),
  );
}

interface KnownNames {
  readonly names: Names;
  readonly suggest: (name: string) => string | null;
}

function checkName({ module, method }: Template, { names, suggest }: KnownNames): void {
  const name = `${module}.${method}`;
  if (refused.has(name)) throw new Error(`${name} is not available in scenarios`);
  const methods = names.get(module);
  if (methods?.has(method)) return;
  const near = suggest(name);
  const what = methods ? name : `module "${module}"`;
  throw new Error(`there is no ${what}${near === null ? '' : `; did you mean "{{${near}}}"?`}`);
}

/**
 * What `faker.helpers.fake` makes of one template, with the same random choices in the same order: a name means the
 * function and the list of definitions that are called so, and of a list one item is drawn, also where the function counts.
 */
function evaluate({ source, module, method, argumentsText }: Template, faker: Faker): string {
  const drawFrom = (found: readonly unknown[]) =>
    found
      .filter((one) => one !== undefined && one !== null)
      .map((one) => (Array.isArray(one) ? faker.helpers.arrayElement(one as unknown[]) : one));
  const owners = [faker, faker.rawDefinitions].map((owner) => Reflect.get(owner, module) as unknown);
  const members = drawFrom(drawFrom(owners).map((owner) => Reflect.get(owner as object, method)));
  const [value] = source.endsWith(')}}')
    ? drawFrom(members.map((member) => call(member, parseArguments(argumentsText))))
    : members;
  if (value === undefined) throw new Error('it makes no value');
  if (typeof members[0] === 'function') return String(typeof value === 'function' ? value() : value);
  // Faker's own definitions may hold templates in all of its syntax.
  return faker.helpers.fake(String(value));
}

function call(member: unknown, args: readonly unknown[]): unknown {
  return typeof member === 'function' ? member(...args) : undefined;
}

/** JSON values with commas between them; else one text, with or without escapes. */
function parseArguments(text: string): readonly unknown[] {
  const isText = !/['"]/.test(text);
  return parseList(`[${text}]`) ?? (isText ? parseList(`["${text}"]`) : null) ?? [text];
}

function parseList(json: string): readonly unknown[] | null {
  try {
    return JSON.parse(json);
  } catch {
    return null; // The caller reads it in another way.
  }
}

function tooMuch(what: string): Error {
  return new Error(`it asks for ${what}`);
}
