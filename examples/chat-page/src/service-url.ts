/** Where the Chat API is: where the page came from, unless `VITE_CHAT_URL` says otherwise. */
export const serviceUrl: string = import.meta.env['VITE_CHAT_URL'] ?? location.origin;
