-- After a deal was made or got its lead, within a day of being made: how the lead scores, and by which version of the rules. Deals that a first read brings in are older, and
-- nobody knows how their leads scored.
create or replace function lead_sync.note_deal_score() returns trigger
language plpgsql volatile security definer set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
begin
  insert into lead_sync.deal_scores (opportunity_id, score, rules, version)
  select new.id, l.lead_score, case when jsonb_typeof(l.score_breakdown -> 'rules') = 'object' then l.score_breakdown -> 'rules' end,
    coalesce(
      case when l.deleted_at is null then lead_sync.settled_version() end,
      case when l.score_breakdown ->> 'version' ~ '^\d{1,9}$' then (l.score_breakdown ->> 'version')::integer end
    )
  from public.leads as l
  where l.id = new.lead_id and l.lead_score is not null
  on conflict (opportunity_id) do nothing;
  return null;
end
$$;
