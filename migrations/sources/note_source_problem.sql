-- Notes why a source cannot be read; null: it can. With the rights of the schema's owner, as read_source.
create or replace function lead_sync.note_source_problem(p_source regclass, p_problem text) returns void
language plpgsql volatile security definer set search_path = '' as $$
begin
  update lead_sync.sources as s set problem = left(p_problem, 1000), problem_at = case when p_problem is not null then clock_timestamp() end
  where s.source = p_source and coalesce(s.problem, p_problem) is not null;
end
$$;
