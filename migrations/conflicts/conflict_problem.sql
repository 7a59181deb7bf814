-- Why a conflict cannot be resolved any more, or null: the field must still be what the conflict made of it, here and in Twenty.
create or replace function lead_sync.conflict_problem(p_conflict public.lead_sync_conflicts, p_kind text, p_local jsonb, p_base_remote jsonb) returns text
language plpgsql stable set search_path = '' as $$
declare
  v_won jsonb := case p_conflict.winner when 'twenty' then p_conflict.twenty_value else p_conflict.supabase_value end;
begin
  return case
    when not lead_sync.is_same(p_kind, p_local, v_won) then 'it is ' || coalesce(p_local::text, 'blank') || ' here by now'
    when not lead_sync.is_same(p_kind, p_base_remote, v_won) and not lead_sync.is_same(p_kind, p_base_remote, p_conflict.twenty_value) then
      'it is ' || coalesce(p_base_remote::text, 'blank') || ' in Twenty by now'
  end;
end
$$;
