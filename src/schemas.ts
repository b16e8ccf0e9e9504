export * from './api/errors.ts';
export * from './api/events.ts';
export * from './api/neighbours.ts';
export * from './api/sessions.ts';
