-- Of leads that are about to be claimed, those that may go out. Deletions and changes of people above what the settings let a run do unasked wait for a yes; what was
-- decided on holds as long as the lead is as it was then. p_due: as next_due gives it; p_context: of the claim.
create or replace function lead_sync.ask_before_writes(p_due jsonb, p_context jsonb) returns jsonb
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_rules jsonb;
  v_asked jsonb;
  v_kinds text[];
  v_ids jsonb;
begin
  if p_due is null or not lead_sync.asks() and not exists (select from lead_sync.approvals) then
    return p_due;
  end if;
  v_rules := lead_sync.rules((select s.object from lead_sync.settings as s));
  select jsonb_agg(to_jsonb(a)) into v_asked
  from (
    select
      l.id as lead_id, l.twenty_id, s.merged_at as version, k.kind, c.change,
      (
        select jsonb_build_object('id', p.id, 'decision', p.decision)
        from lead_sync.approval_items as i join lead_sync.approvals as p on p.id = i.approval_id
        where i.lead_id = l.id and p.side = 'twenty' and i.change = c.change and i.version is not distinct from s.merged_at
        order by p.id desc
        limit 1
      ) as known
    from jsonb_array_elements(p_due) as d
    join public.leads as l on l.id = (d ->> 'lead_id')::uuid
    join lead_sync.lead_states as s on s.lead_id = l.id
    cross join lateral (select lead_sync.lead_values(l) as local offset 0) as v
    cross join lateral (select lead_sync.due_fields(v.local, s.base_local, s.base_remote, true, v_rules) as due offset 0) as f
    cross join lateral (select case when f.due = '{deleted}' and v.local ? 'deleted' then 'deletions' else 'changes' end as kind) as k
    cross join lateral (select jsonb_object_agg(n, coalesce(v.local -> n, 'null')) as change from unnest(f.due) as n) as c
    -- what may have been sent is gone on with
    where l.twenty_id is not null and not s.gone and s.intent is null and f.due <> '{}'
  ) as a;
  if v_asked is null then
    return p_due;
  end if;

  v_kinds := lead_sync.too_many('twenty', (
    select jsonb_object_agg(c.kind, c.leads) from (select a ->> 'kind' as kind, count(*) as leads from jsonb_array_elements(v_asked) as a where a -> 'known' = 'null' group by 1) as c
  ), (p_context ->> 'run_id')::uuid);
  v_ids := lead_sync.note_asked('twenty', coalesce((
    select jsonb_agg(a) from jsonb_array_elements(v_asked) as a where a -> 'known' = 'null' and a ->> 'kind' = any (v_kinds)
  ), '[]'), (p_context ->> 'run_id')::uuid, null);
  select jsonb_agg(a || jsonb_build_object('sync_status', 'error', 'category', 'approval', 'due_at', null, 'error', case
    when a #>> '{known,decision}' = 'no' then 'approval: no was said to this (approval ' || (a #>> '{known,id}') || '): an edit has it looked at anew'
    else 'approval: it waits for a yes, with others like it (approval ' || coalesce(a #>> '{known,id}', v_ids ->> (a ->> 'kind')) || ')'
  end)) into v_asked
  from jsonb_array_elements(v_asked) as a
  where case when a -> 'known' = 'null' then a ->> 'kind' = any (v_kinds) else coalesce(a #>> '{known,decision}', '') <> 'yes' end;
  if v_asked is null then
    return p_due;
  end if;
  perform lead_sync.release_claims(v_asked, p_context);
  return (
    select jsonb_agg(d) from jsonb_array_elements(p_due) as d
    where not exists (select from jsonb_array_elements(v_asked) as a where a -> 'lead_id' = d -> 'lead_id')
  );
end
$$;
