import { afterAll } from 'vitest';

// Files share one process, and a server that is started as the command starts it replaces these.
const { Request, Response } = globalThis;

afterAll(() => {
  Object.defineProperties(globalThis, {
    Request: { value: Request, configurable: true, writable: true },
    Response: { value: Response, configurable: true, writable: true },
  });
});
