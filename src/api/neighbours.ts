import { z } from 'zod';
import { field, model } from './describe.ts';

const optionalText = (description: string) => field(z.string().nullable().optional(), description);

const indexExample = {
  id: 'idx-abc123',
  name: 'Finance reports',
  description: 'Quarterly and annual reports.',
  project_id: 'prj-abc123',
  source_directory_id: 'dir-abc123',
  output_directory_id: 'dir-def456',
  sync_config_id: 'syn-abc123',
  export_config_id: 'exp-abc123',
  created_at: '2026-04-20T09:00:00Z',
  updated_at: '2026-04-22T12:34:41Z',
  last_synced_at: '2026-04-22T12:34:41Z',
  last_exported_at: null,
  metadata: null,
};

/** An index that a chat can query. */
export const Index = model(
  'Index',
  z.object({
    id: field(z.string(), 'Unique index identifier.', 'idx-abc123'),
    name: field(z.string(), 'Name a person gave it.', 'Finance reports'),
    description: optionalText('What it holds.'),
    project_id: field(z.string(), 'The project it belongs to.'),
    source_directory_id: field(z.string(), 'Where its files come from.'),
    output_directory_id: field(z.string(), 'Where its parsed files go.'),
    sync_config_id: field(z.string(), 'How it is kept in sync.'),
    export_config_id: field(z.string(), 'How it is exported.'),
    created_at: optionalText('When it was created.'),
    updated_at: optionalText('When it last changed.'),
    last_synced_at: optionalText('When its files were last read.'),
    last_exported_at: optionalText('When it was last exported.'),
    metadata: field(z.record(z.string(), z.unknown()).nullable().optional(), 'Free-form.'),
  }),
  'A searchable set of files.',
  indexExample,
);
/** An index that a chat can query. */
export type Index = z.infer<typeof Index>;

/** One page of indexes. */
export const IndexList = model(
  'IndexList',
  z.object({
    items: field(z.array(Index), 'The indexes of this page.'),
    next_page_token: optionalText('Opaque token to retrieve the next page.'),
    total_size: field(z.int().nullable().optional(), 'How many indexes there are.'),
  }),
  'Paginated list of indexes.',
  { items: [indexExample], next_page_token: null, total_size: 1 },
);

/** A signed URL for a page image and when it expires. */
export const Attachment = model(
  'PresignedURL',
  z.object({
    url: field(z.string(), 'Where the file can be fetched for a while.'),
    expires_at: field(z.string(), 'Until when.'),
    form_fields: field(z.record(z.string(), z.string()).nullable().optional(), 'Only for uploads.'),
  }),
  'A presigned URL.',
  {
    url: 'https://files.example.com/screenshots/page_7.jpg?source_id=src-1&X-Amz-Expires=300',
    expires_at: '2026-04-22T12:39:41Z',
    form_fields: null,
  },
);
