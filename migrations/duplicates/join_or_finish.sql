-- Joins two leads whose people were merged in Twenty; where somebody had asked for it here, as they chose. The caller holds both leads' locks.
create or replace function lead_sync.join_or_finish(p_from uuid, p_to uuid, p_context jsonb) returns jsonb
language plpgsql volatile set search_path = '' as $$
declare
  v_id bigint := (select m.id from lead_sync.merges as m where m.drop_id = p_from and m.keep_id = p_to and m.settled_at is null);
begin
  return case when v_id is null then lead_sync.join_leads(p_from, p_to, p_context) else lead_sync.finish_merge(v_id, p_context) end;
end
$$;
