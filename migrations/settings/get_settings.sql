-- The settings of the sync: what each is for, how it is, and what it may be.
-- Returns {settings: [{name, type, value, fallback, is_needed, meaning, lowest, highest, options, is_fixed}]}; fallback: its default, as SQL has it; is_fixed: not to be changed here.
create or replace function public.get_settings() returns jsonb
language sql stable security invoker set search_path = '' as $$
  select jsonb_build_object('settings', jsonb_agg(to_jsonb(d) || jsonb_build_object('value', v.row -> d.name, 'is_fixed', d.name = 'object')))
  from lead_sync.describe_columns('lead_sync.settings') as d
  cross join (select to_jsonb(s) as row from lead_sync.settings as s) as v
  where d.name <> 'only_row'
$$;
