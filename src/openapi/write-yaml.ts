import { stringify } from 'yaml';

const HEADER = '# Made by chat-mock openapi; never edited.\n';

/**
 * YAML without anchors and folded lines; what a YAML 1.1 parser would take for a date or a boolean is quoted. A
 * module of its own, since `yaml` is only loaded when YAML is wanted.
 */
export function writeYaml(value: unknown): string {
  return HEADER + stringify(value, { aliasDuplicateObjects: false, lineWidth: 0, compat: 'yaml-1.1' });
}
