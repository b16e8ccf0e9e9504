export { makeMock } from './make-mock.ts';
export { startRecording } from './record.ts';
