export type { Change } from './diff/changes.ts';
export { type Difference, diffDocuments } from './diff/diff-documents.ts';
export { buildDocument, type DocumentOptions, type OpenApiDocument } from './document.ts';
export { documentFileName, type SpecVersion, specVersions } from './spec-versions.ts';
export { writeDocument } from './write-document.ts';
