-- What may stand in the columns of a table of settings, as its catalog has it, in their order. lowest, highest: of numbers; options: of texts of which there are a few.
create or replace function lead_sync.describe_columns(p_table regclass)
returns table (name text, type text, is_needed boolean, fallback text, meaning text, lowest numeric, highest numeric, options text[])
language sql stable set search_path = '' as $$
  select
    a.attname::text, format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid), col_description(a.attrelid, a.attnum),
    coalesce(
      (regexp_match(k.says, format('%s >= ''?\(?(-?[0-9.]+)', a.attname)))[1]::numeric,
      (regexp_match(k.says, format('%s > ''?\(?(-?[0-9.]+)', a.attname)))[1]::numeric + case when a.atttypid in (20, 23) then 1 else 0 end
    ),
    (regexp_match(k.says, format('%s <= ''?\(?(-?[0-9.]+)', a.attname)))[1]::numeric,
    case when k.says ~ format('\(%s = ANY \(ARRAY', a.attname) then array(select m[1] from regexp_matches(k.says, '''([^'']*)''::text', 'g') as m) end
  from pg_catalog.pg_attribute as a
  left join pg_catalog.pg_attrdef as d on d.adrelid = a.attrelid and d.adnum = a.attnum
  left join lateral (
    select string_agg(pg_get_constraintdef(c.oid), ' ') as says from pg_catalog.pg_constraint as c
    where c.conrelid = a.attrelid and c.contype = 'c' and c.conkey = array[a.attnum]
  ) as k on true
  where a.attrelid = p_table and a.attnum > 0 and not a.attisdropped
  order by a.attnum
$$;
