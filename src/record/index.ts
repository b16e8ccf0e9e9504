export { importFiles } from './import-files.ts';
export { makeMock } from './make-mock.ts';
export { startRecording } from './record.ts';
