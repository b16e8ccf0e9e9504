export { diffFiles } from './diff-documents.ts';
export { parseJsonOrYaml, parseOpenApi } from './parse-openapi.ts';
export { missingFiles } from './references.ts';
export { createSide, type DocumentFiles } from './side.ts';
