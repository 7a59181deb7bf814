-- Of what a call is about to do, the kinds of which there are too many: more than the settings let a run do unasked, or some of it waits already.
-- p_counts: {deletions, changes}. What is not too many is added to the run's figures, as {deletions_<side>, changes_<side>}.
create or replace function lead_sync.too_many(p_side text, p_counts jsonb, p_run_id uuid) returns text[]
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_figures jsonb := coalesce((select r.figures from public.lead_sync_runs as r where r.id = p_run_id), '{}');
  v_kinds text[];
begin
  select array_agg(k.kind) into v_kinds
  from lead_sync.settings as s
  cross join lateral (values ('deletions', s.approve_deletions), ('changes', s.approve_changes)) as k (kind, most)
  where coalesce((p_counts ->> k.kind)::integer, 0) > 0 and (
    (p_counts ->> k.kind)::integer + coalesce((v_figures ->> (k.kind || '_' || p_side))::integer, 0) > k.most
    or exists (select from lead_sync.approvals as a where (a.kind, a.side) = (k.kind, p_side) and a.decision is null)
  );
  if p_run_id is not null then
    perform lead_sync.add_figures(p_run_id, coalesce((
      select jsonb_object_agg(c.key || '_' || p_side, c.value) from jsonb_each(p_counts) as c where c.value <> '0' and c.key <> all (coalesce(v_kinds, '{}'))
    ), '{}') || '{"pages": 0}', null);
  end if;
  return coalesce(v_kinds, '{}');
end
$$;
