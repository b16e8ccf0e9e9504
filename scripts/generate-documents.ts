import { writeFile } from 'node:fs/promises';
import { renderDocuments } from './documents.ts';

/** Writes what people read and Git keeps; a test compares it with the tables it is made of. Needs the generated modules. */
for (const [file, text] of Object.entries(await renderDocuments()))
  await writeFile(new URL(`../${file}`, import.meta.url), text);
