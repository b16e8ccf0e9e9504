import { stringify } from 'yaml';

/** YAML without anchors and folded lines. A module of its own, since `yaml` is only loaded when YAML is wanted. */
export function writeYaml(value: unknown): string {
  return stringify(value, { aliasDuplicateObjects: false, lineWidth: 0 });
}
