-- Which lead field is which Twenty field, and who wins. Users edit these rows. The row 'deleted' says which way deletion travels; disabled, it does not travel.
create table if not exists lead_sync.field_mappings (
  object text not null,
  lead_field text not null constraint field_mappings_lead_field_check check (
    lead_field in (
      'deleted', 'first_name', 'last_name', 'email', 'additional_emails', 'phone', 'additional_phones', 'job_title', 'company_name', 'company_domain',
      'company_size', 'city', 'region', 'country', 'postal_code', 'linkedin_url', 'lead_source', 'lead_status', 'lead_score', 'segment'
    )
    or lead_field ~ '^attributes\.[^.]+$'
    or object not in ('person', 'lead') and lead_field ~ '^[a-z][a-z0-9_]*$'
  ),
  twenty_field text check (twenty_field ~ '^[a-zA-Z][a-zA-Z0-9]*(\.[a-zA-Z][a-zA-Z0-9]*){0,2}$'),
  kind text not null default 'text' check (
    kind in ('text', 'email', 'phone', 'link', 'domain', 'number', 'boolean', 'list', 'money', 'option', 'time', 'reference')
  ),
  direction text not null default 'both' check (direction in ('both', 'to_twenty', 'to_supabase')),
  policy text not null default 'last_write_wins'
    check (policy in ('last_write_wins', 'twenty_wins', 'supabase_wins', 'fill_blank')),
  enabled boolean not null default true,
  missing_since timestamptz,
  base_since timestamptz,
  place_since timestamptz,
  changed_at timestamptz,
  translations jsonb,
  primary key (object, lead_field),
  constraint field_mappings_lists check (lead_field not in ('additional_emails', 'additional_phones') or kind = 'list'),
  constraint field_mappings_twenty_field check ((lead_field = 'deleted') = (twenty_field is null)),
  constraint field_mappings_translations check (translations is null or kind in ('text', 'option') and lead_field <> 'stage' and twenty_field !~ '\.'),
  constraint field_mappings_segment check (lead_field <> 'segment' or direction = 'to_twenty')
);
alter table lead_sync.field_mappings enable row level security;
comment on column lead_sync.field_mappings.lead_field is 'A field of leads, or what the values of another object''s rows call it: lead_sync.<adapter>_values';
comment on column lead_sync.field_mappings.kind is 'What the value is; list: several texts, or the e-mails and phones of a field that holds several; option: one of a select; reference: a record''s id';
comment on column lead_sync.field_mappings.base_since is 'What was agreed on this field before counts no more: it was somewhere else in Twenty, or was not taken from there';
comment on column lead_sync.field_mappings.place_since is 'Since when it is this field in Twenty: a run that began before reads another one, and ends';
comment on column lead_sync.field_mappings.changed_at is 'When the row was written last: the next reconciliation compares all ids, to queue the leads that go out by it and to judge again who is outside the filter';
comment on column lead_sync.field_mappings.translations is 'Of a select: {a value here: the option that it is in Twenty}; what it does not name is the same on both sides';
comment on column lead_sync.field_mappings.missing_since is 'Set while the Twenty workspace lacks the field; the field is left out of the sync until it is there';

-- What a mapping of leads may name in Twenty, as the last pull to which it was new found it: [{name, label, type, kinds: what a row may say that it holds, options: of a select}].
create table if not exists lead_sync.twenty_fields (
  object text primary key,
  fingerprint text not null,
  fields jsonb not null check (jsonb_typeof(fields) = 'array'),
  read_at timestamptz not null default clock_timestamp()
);
alter table lead_sync.twenty_fields enable row level security;
