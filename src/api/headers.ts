import { z } from 'zod';

/** The name of a header (RFC 9110, section 5.1). */
export const HeaderName = z.string().regex(/^[\w!#$%&'*+.^`|~-]+$/, 'must be a header name');

/** The value of a header, as Node accepts it: a line end would begin another header. */
export const HeaderValue = z
  .string()
  .regex(/^[\t\u0020-\u007e\u0080-\u00ff]*$/, 'must be one line of Latin-1 without control characters');
