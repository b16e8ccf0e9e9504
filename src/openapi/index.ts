export { buildDocument, type DocumentOptions, type OpenApiDocument } from './document.ts';
export { writeDocument } from './write-document.ts';
