-- The source, where those columns of it may be written; else raises 42501. p_row: {column: value}.
create or replace function lead_sync.writable_source(p_source regclass, p_row jsonb) returns lead_sync.sources
language plpgsql stable set search_path = '' as $$
declare
  v_source lead_sync.sources;
begin
  select * into strict v_source from lead_sync.sources as s where s.source = p_source;
  if not v_source.both_ways or exists (
    select jsonb_object_keys(p_row) except select c.value from jsonb_each_text(v_source.columns) as c
  ) then
    raise exception 'Nothing but the mapped columns of a table connected both ways is written to %', p_source using errcode = '42501';
  end if;
  return v_source;
end
$$;
