-- Why a conflict cannot be resolved any more, or null: the field must still be what the conflict made of it, here and in Twenty.
create or replace function lead_sync.conflict_problem(p_conflict public.lead_sync_conflicts, p_kind text, p_local jsonb, p_base_remote jsonb) returns text
language sql stable set search_path = '' as $$
  select case
    when lead_sync.comparable(p_kind, p_local) <> v.won then
      'it is ' || coalesce(p_local::text, 'blank') || ' here by now'
    when lead_sync.comparable(p_kind, p_base_remote) not in (v.won, lead_sync.comparable(p_kind, p_conflict.twenty_value)) then
      'it is ' || coalesce(p_base_remote::text, 'blank') || ' in Twenty by now'
  end
  from (
    select lead_sync.comparable(p_kind, case p_conflict.winner when 'twenty' then p_conflict.twenty_value else p_conflict.supabase_value end) as won
  ) as v
$$;
