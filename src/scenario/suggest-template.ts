import { suggest } from '../runtime/suggest.ts';

/** Modules as older versions of faker call them, or as people do. */
const modules: Readonly<Record<string, string>> = {
  name: 'person',
  user: 'person',
  address: 'location',
  random: 'number',
  datatype: 'number',
  time: 'date',
  text: 'lorem',
};

/** What has another name now, or none of its own. */
const methods: Readonly<Record<string, string>> = {
  name: 'person.fullName',
  'user.name': 'person.fullName',
  'person.name': 'person.fullName',
  'name.findname': 'person.fullName',
  'user.email': 'internet.email',
  'company.companyname': 'company.name',
  'phone.phonenumber': 'phone.number',
  'random.number': 'number.int',
  'datatype.number': 'number.int',
  'location.zip': 'location.zipCode',
  'address.zip': 'location.zipCode',
  'date.now': 'date.recent',
  date: 'date.recent',
  number: 'number.int',
  address: 'location.streetAddress',
};

/** The name of faker that somebody most likely meant with this one (`module.method`, or one word), or null. */
export function suggestTemplate(name: string, known: readonly string[]): string | null {
  if (known.includes(name)) return name;
  const lower = name.toLowerCase();
  const renamed = Object.hasOwn(methods, lower) ? methods[lower] : undefined;
  if (renamed !== undefined) return renamed;
  const [first = '', second] = lower.split('.');
  if (second === undefined) return ofMethod(first, known) ?? (known.includes(`${first}.name`) ? `${first}.name` : null);
  const module = Object.hasOwn(modules, first) ? modules[first] : first;
  return suggest(lower, known) ?? suggest(`${module}.${second}`, known) ?? ofMethod(second, known);
}

/** The one name with this method, whatever its module. */
function ofMethod(method: string, known: readonly string[]): string | null {
  const [only, ...others] = known.filter((name) => name.toLowerCase().endsWith(`.${method}`));
  return only !== undefined && others.length === 0 ? only : null;
}
