import { z } from 'zod';
import { field, model } from './describe.ts';

const optionalText = (description: string) => field(z.string().nullable().optional(), description);

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
);
export type Index = z.infer<typeof Index>;

export const IndexList = model(
  'IndexList',
  z.object({
    items: z.array(Index),
    next_page_token: optionalText('Opaque token to retrieve the next page.'),
    total_size: field(z.int().nullable().optional(), 'How many indexes there are.'),
  }),
  'Paginated list of indexes.',
);

export const Attachment = model(
  'PresignedURL',
  z.object({
    url: field(z.string(), 'Where the file can be fetched for a while.'),
    expires_at: field(z.string(), 'Until when.'),
    form_fields: field(z.record(z.string(), z.string()).nullable().optional(), 'Only for uploads.'),
  }),
  'A presigned URL.',
);
