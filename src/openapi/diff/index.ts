export { diffDocuments } from './diff-documents.ts';
export { parseOpenApi } from './parse-openapi.ts';
