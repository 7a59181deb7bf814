-- Before a lead is written: bands, tiers, segment and score in the same row, which epoch 0 asks for. When the sync itself brought the change, a new score or segment makes the lead pending.
-- A score or segment that somebody else writes is held against the rules, too: a score in force is their own.
create or replace function lead_sync.assess_written_lead() returns trigger
language plpgsql volatile security definer set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
begin
  if tg_op = 'UPDATE' then
    if (
      new.first_name, new.last_name, new.email, new.phone, new.job_title, new.company_name, new.company_domain, new.company_size, new.city, new.region,
      new.country, new.postal_code, new.linkedin_url, new.lead_source, new.lead_status, new.attributes, new.created_at, new.deleted_at is null
    ) is not distinct from (
      old.first_name, old.last_name, old.email, old.phone, old.job_title, old.company_name, old.company_domain, old.company_size, old.city, old.region,
      old.country, old.postal_code, old.linkedin_url, old.lead_source, old.lead_status, old.attributes, old.created_at, old.deleted_at is null
    ) and (
      lead_sync.engine_is_writing()
      or (new.lead_score, new.score_breakdown, new.segment_id, new.segment_source, new.segment_confidence)
        is not distinct from (old.lead_score, old.score_breakdown, old.segment_id, old.segment_source, old.segment_confidence)
    ) then
      return new;
    end if;
  end if;
  if tg_op = 'UPDATE' and (new.company_size, new.country, new.region, new.postal_code)
    is distinct from (old.company_size, old.country, old.region, old.postal_code)
  then
    new.score_epoch := 0;
  end if;
  if tg_op = 'INSERT' and new.segment_id is not null and not lead_sync.engine_is_writing() then
    new.segment_source := 'human';
    new.segment_confidence := 1;
  end if;
  new := lead_sync.assess_lead(new);
  if lead_sync.engine_is_writing() and new.sync_status in ('synced', 'outside') and (
    (tg_op = 'INSERT' and (new.lead_score is not null or new.segment_id is not null))
    or (tg_op = 'UPDATE' and (new.lead_score is distinct from old.lead_score or new.segment_id is distinct from old.segment_id))
  ) then
    new.sync_status := 'pending';
  end if;
  return new;
end
$$;
