-- What a check of a table of settings says that these values do not meet: {column: sentence}, at the first of its columns that is changed. p_message: what was raised, where it says more.
create or replace function lead_sync.constraint_problem(p_table regclass, p_constraint text, p_changes jsonb, p_message text default null) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(coalesce(
    (
      select a.attname from pg_catalog.pg_constraint as c join pg_catalog.pg_attribute as a on a.attrelid = c.conrelid and a.attnum = any (c.conkey)
      where c.conrelid = p_table and c.conname = p_constraint and p_changes ? a.attname::text order by a.attnum limit 1
    ),
    (select min(k) from jsonb_object_keys(p_changes) as k)
  ), coalesce(upper(left(p_message, 1)) || substr(p_message, 2) || '.', case p_constraint
    when 'settings_quiet' then 'Quiet hours need both times, or neither.'
    else format('It is not allowed: %s.', coalesce((
      select regexp_replace(pg_get_constraintdef(c.oid), '^CHECK \(+|\)+$|::[a-z]+', '', 'g') from pg_catalog.pg_constraint as c where c.conrelid = p_table and c.conname = p_constraint
    ), p_constraint))
  end))
$$;
