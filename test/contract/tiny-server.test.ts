import { expect, test } from 'vitest';
import { profiles } from '../../src/contract/index.ts';
import { startTinyServer } from '../support/tiny-server.ts';
import { complaints, runVerify } from '../support/verify.ts';

test.each(profiles)('a server written in another style passes, profile %s', async (profile) => {
  const server = await startTinyServer();
  const { report } = await runVerify({ url: server.url, profile });
  const left = server.sessions.size;
  await server.close();
  expect({ complaints: complaints(report), exit: report.exit_code, left }).toEqual({
    complaints: [],
    exit: 0,
    left: 0,
  });
});
