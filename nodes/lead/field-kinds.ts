/** What a mapping row says of a field; the checks of `lead_sync.field_mappings` have the same words. */

export const FIELD_KINDS = [
  'text',
  'email',
  'phone',
  'link',
  'domain',
  'number',
  'boolean',
  'list',
  'money',
  'option',
  'time',
  'reference',
] as const;
export type FieldKind = (typeof FIELD_KINDS)[number];

export const FIELD_DIRECTIONS = ['both', 'to_twenty', 'to_supabase'] as const;
export type FieldDirection = (typeof FIELD_DIRECTIONS)[number];

export const FIELD_POLICIES = ['last_write_wins', 'twenty_wins', 'supabase_wins', 'fill_blank'] as const;
export type FieldPolicy = (typeof FIELD_POLICIES)[number];
