import { isObject } from '../json.ts';
import type { Branch } from './form.ts';
import { child, entriesOf, type Located } from './located.ts';
import { textsOf } from './object-shape.ts';
import { isWrapper } from './schemas.ts';

/** Keywords that say what else must hold where a key is present. `dependencies` is the older name of both. */
const keywords = ['dependentRequired', 'dependentSchemas', 'dependencies'] as const;

/** The keys that require other keys, each as a sentence, however the document writes that. */
export function dependentKeys({ atoms }: Pick<Branch, 'atoms'>): ReadonlySet<string> {
  return new Set(
    atoms
      .flatMap(dependents)
      .flatMap(([key, place]) =>
        requiredNames(place).map((name) => `${JSON.stringify(key)} needs ${JSON.stringify(name)}`),
      ),
  );
}

/** The schemas that count where a key is present, without those that only require other keys. */
export function dependentSchemas(atom: Located): (readonly [string, Located])[] {
  return dependents(atom).filter(([, place]) => !Array.isArray(place.value) && !isRequiredAlone(place));
}

function dependents(atom: Located): (readonly [string, Located])[] {
  return keywords.flatMap((keyword) => entriesOf(child(atom, keyword)));
}

function requiredNames(place: Located): string[] {
  return textsOf(isRequiredAlone(place) ? child(place, 'required').value : place.value);
}

/** Whether a schema has no other rule than `required`. */
function isRequiredAlone(place: Located): boolean {
  return isObject(place.value) && Array.isArray(place.value['required']) && isWrapper(place, 'required');
}
