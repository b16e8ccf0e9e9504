export type { Hidden } from './exchange-redactor.ts';
export { importFiles } from './import-files.ts';
export { makeMock } from './mock/make-mock.ts';
export { startRecording } from './record.ts';
