-- Rows of connected tables that were refused: by the door, or, where leads are written back, by the table itself.
-- Returns {count, examples: up to five texts "table key: reason"}. Reads an index of such rows alone.
create or replace function lead_sync.refused_rows() returns jsonb
language plpgsql stable set search_path = '' as $$
begin
  return jsonb_build_object(
    'count', (select count(*) from lead_sync.source_rows as r where r.refusal is not null),
    'examples', (
      select coalesce(jsonb_agg(concat_ws(' ', e.source::text, coalesce(e.key, '(no row)') || ':', left(e.refusal, 200)) order by e.id), '[]')
      from (select * from lead_sync.source_rows as r where r.refusal is not null order by r.id desc limit 5) as e
    )
  );
end
$$;
