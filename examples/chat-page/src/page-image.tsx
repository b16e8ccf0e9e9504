import type { ToolPart } from 'chat-mock/client';
import { useEffect, useState } from 'react';
import { serviceUrl } from './service-url.ts';

/** The page of a document that a tool looked at; its address is asked for when it is shown. */
export function PageImage({ image }: { readonly image: NonNullable<ToolPart['image']> }) {
  const [url, setUrl] = useState<string | null>(null);
  const { attachment_name: name, source_id: source } = image;
  useEffect(() => {
    const leaving = new AbortController();
    const address = `${serviceUrl}/api/v1/beta/attachments/${name}?source_id=${encodeURIComponent(source)}`;
    fetch(address, { headers: { authorization: 'Bearer any' }, signal: leaving.signal })
      .then((response) => response.json())
      .then((found: { readonly url: string }) => setUrl(found.url))
      .catch(() => {}); // A picture that does not come leaves its text.
    return () => leaving.abort();
  }, [name, source]);
  return url === null ? <p className="waiting">{name}</p> : <img src={url} alt={`Page ${name}`} />;
}
