-- What of connected tables is not in step: rows that were refused, by the door, or, where leads are written back, by the table itself; and tables that cannot be read.
-- Returns {count, examples: up to five texts "table key: reason"}. Reads an index of such rows alone.
create or replace function lead_sync.refused_rows() returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return jsonb_build_object(
    'count', (select count(*) from lead_sync.source_rows as r where r.refusal is not null) + (select count(*) from lead_sync.sources as s where s.problem is not null),
    'examples', (
      select coalesce(jsonb_agg(concat_ws(' ', e.source::text, e.key || ':', left(e.reason, 200)) order by e.place, e.id), '[]')
      from (
        select 1 as place, 0 as id, s.source, '(all rows)' as key, s.problem as reason from lead_sync.sources as s where s.problem is not null
        union all
        (select 2, r.id, r.source, coalesce(r.key, '(no row)'), r.refusal from lead_sync.source_rows as r where r.refusal is not null order by r.id desc limit 5)
        order by 1, 2 desc
        limit 5
      ) as e
    )
  );
end
$$;
