import {
  buildMockOn,
  type ChatMock,
  type ChatMockOptions,
  type EngineLog,
  type MockRecording,
  type UnusedPart,
} from './create-mock.ts';
import { nodePlatform } from './node-platform.ts';

export type { ChatMock, ChatMockOptions, MockRecording, UnusedPart };

/** Builds a mock from options that are known to be good; `createChatMock` judges those of a program first. */
export function buildMock(options: ChatMockOptions, log?: EngineLog): ChatMock {
  return buildMockOn({ ...nodePlatform, log }, options);
}
