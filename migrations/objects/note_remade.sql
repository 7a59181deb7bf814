-- After leads' people were destroyed in Twenty and made again under the same ids: they are put back, now and when what was read before is merged.
create or replace function lead_sync.note_remade(p_lead_ids uuid[]) returns void
language plpgsql volatile set search_path = '' as $$
begin
  update lead_sync.lead_states as s set remade_at = clock_timestamp() where s.lead_id = any (p_lead_ids);
  perform lead_sync.put_back(p_lead_ids);
end
$$;
