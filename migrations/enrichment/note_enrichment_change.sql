-- A table of the enrichment changed: what was worked out from it is stale.
create or replace function lead_sync.note_enrichment_change() returns trigger
language plpgsql volatile security definer set search_path = '' as $$
begin
  update lead_sync.scoring_state as s set epoch = s.epoch + 1, enriched_epoch = s.epoch + 1, segments_epoch = s.epoch + 1 where true;
  return null;
end
$$;
