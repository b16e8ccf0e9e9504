import { useEffect, useRef } from 'preact/hooks';

/** What the keys do, for the help. */
export const keyNames = [
  ['j, k or ↓, ↑', 'next and previous request'],
  ['Enter', 'show the request'],
  ['Space', 'pause the stream that is shown; when it is paused, step one event'],
  ['/', 'filter the traffic'],
  ['p', 'pause the list, or let it go on'],
  ['Escape', 'close what is shown'],
  ['?', 'this help'],
] as const;

/** Whether a key is meant for a field. */
export function isTyping({ target }: Event): boolean {
  return (
    target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement
  );
}

/** Listens to keys as long as the component is there; true from the listener: the key is used up. */
export function useKeys(listener: (event: KeyboardEvent) => boolean): void {
  const newest = useRef(listener);
  newest.current = listener;
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      // An open dialog has the keys for itself.
      if (document.querySelector('dialog[open]')) return;
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if (newest.current(event)) event.preventDefault();
    };
    addEventListener('keydown', listen);
    return () => removeEventListener('keydown', listen);
  }, []);
}
