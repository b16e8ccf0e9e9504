import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';

/** Rows drawn above and below what is seen, so that a quick scroll shows no gap. */
const SPARE_ROWS = 6;

/**
 * A list of rows of one height of which only those in sight are drawn. It stays at its end while it is scrolled there.
 * Own code: with one height, which rows are in sight is two divisions. @tanstack/virtual-core would take 9.7 KB of the
 * 60 KB that the page may have, and walks all rows whenever one comes.
 */
export function VirtualList({
  count,
  rowHeight,
  label,
  follows = false,
  active,
  draw,
  onKeyDown,
}: {
  readonly count: number;
  readonly rowHeight: number;
  readonly label: string;
  /** Whether it follows what comes at its end. */
  readonly follows?: boolean;
  /** The row that the keyboard is at, and the id of its element; kept in sight. */
  readonly active: { readonly index: number; readonly id: string } | null;
  /** Draws a row; the key is that of its place in the document, which another row has later. */
  readonly draw: (index: number, key: number) => ComponentChildren;
  readonly onKeyDown?: (event: KeyboardEvent) => void;
}) {
  const box = useRef<HTMLDivElement>(null);
  const isAtEnd = useRef(true);
  const [view, setView] = useState({ top: 0, height: 800 });
  const follow = follows && isAtEnd.current;
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const watch = new ResizeObserver(() => setView({ top: element.scrollTop, height: element.clientHeight }));
    watch.observe(element);
    return () => watch.disconnect();
  }, []);
  useLayoutEffect(() => {
    const element = box.current;
    if (element && follow) element.scrollTop = count * rowHeight;
  }, [count, follow, rowHeight]);
  const activeIndex = active?.index ?? -1;
  useLayoutEffect(() => {
    const element = box.current;
    if (!element || activeIndex < 0) return;
    const top = activeIndex * rowHeight;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + rowHeight > element.scrollTop + element.clientHeight)
      element.scrollTop = top + rowHeight - element.clientHeight;
  }, [activeIndex, rowHeight]);
  const onScroll = () => {
    const element = box.current;
    if (!element) return;
    isAtEnd.current = element.scrollTop + element.clientHeight >= element.scrollHeight - 2 * rowHeight;
    setView({ top: element.scrollTop, height: element.clientHeight });
  };
  // Where it follows, it is about to be scrolled to its end: what stands there is drawn at once, and not twice.
  const top = follow ? Math.max(0, count * rowHeight - view.height) : view.top;
  const first = Math.max(0, Math.min(count, Math.floor(top / rowHeight)) - SPARE_ROWS);
  const last = Math.min(count, Math.ceil((top + view.height) / rowHeight) + SPARE_ROWS);
  // As the list moves on, its elements are used again: to make new ones takes a frame longer than to fill them.
  const slots = Math.ceil(view.height / rowHeight) + 2 * SPARE_ROWS + 2;
  const indexes = Array.from({ length: Math.max(0, last - first) }, (_, at) => first + at);
  return (
    <div
      class="virtual"
      role="listbox"
      aria-label={label}
      tabIndex={0}
      ref={box}
      onScroll={onScroll}
      onKeyDown={onKeyDown}
      {...(active && active.index >= first && active.index < last && { 'aria-activedescendant': active.id })}
    >
      <div class="virtual-space" role="presentation" style={{ height: `${count * rowHeight}px` }}>
        <div class="virtual-rows" role="presentation" style={{ transform: `translateY(${first * rowHeight}px)` }}>
          {indexes.map((index) => draw(index, index % slots))}
        </div>
      </div>
    </div>
  );
}
