/** The detail of the answer to what is no HTTP request, in uvicorn's words. */
export const INVALID_REQUEST = 'Invalid HTTP request received.';
