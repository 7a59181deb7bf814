-- Assigns what arrived, escalates what nobody responded to, and hands out what is to be told and was not confirmed as sent, in the order of arrival. What is handed out comes again after
-- two minutes unless confirm_lead_news was called for it. New leads: flood_limit a minute; once none was handed out for a minute, or one has waited for a minute, all that wait at once.
--   p_now  for tests
-- Returns {new: {count, by_source: [{source, count}], leads}, escalated: {count, leads}, ids, waiting}: leads, the first flood_limit as describe_news has them; ids, of all for
-- confirm_lead_news; waiting, how many new ones a later call hands out.
create or replace function public.claim_lead_news(p_now timestamptz default clock_timestamp()) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_named integer := (select s.flood_limit from lead_sync.assignment_settings as s);
  v_recent integer;
  v_is_late boolean;
  v_waiting integer;
  v_new bigint[];
  v_escalated bigint[];
begin
  perform pg_advisory_xact_lock(hashtext('lead_sync.claim_lead_news'));
  perform lead_sync.assign_leads(), lead_sync.note_first_responses(p_now), lead_sync.escalate_leads(p_now);

  v_recent := (select count(*) from lead_sync.lead_news as n where n.level = 0 and n.offered_until > p_now + interval '1 minute');
  select
    array_agg(n.id order by n.id) filter (where n.level = 0),
    array_agg(n.id order by n.id) filter (where n.level > 0),
    bool_or(a.arrived_at <= p_now - interval '1 minute') filter (where n.level = 0)
  into v_new, v_escalated, v_is_late
  from lead_sync.lead_news as n
  join public.leads as l on l.id = n.lead_id and l.deleted_at is null
  join public.lead_assignments as a on a.lead_id = n.lead_id and a.arrived_at > p_now - interval '3 days' -- what is older is no news
  where n.told_at is null and coalesce(n.offered_until <= p_now, true);
  v_waiting := coalesce(cardinality(v_new), 0);
  if v_recent > 0 and v_is_late is not true then
    v_new := v_new[:greatest(v_named - v_recent, 0)];
  end if;
  update lead_sync.lead_news as n set offered_until = p_now + interval '2 minutes' where n.id = any (v_new || v_escalated);

  return jsonb_build_object(
    'new', jsonb_build_object(
      'count', coalesce(cardinality(v_new), 0),
      'by_source', (
        select coalesce(jsonb_agg(jsonb_build_object('source', c.source, 'count', c.count) order by c.count desc, c.source), '[]')
        from (
          select a.source, count(*) as count from lead_sync.lead_news as n join public.lead_assignments as a on a.lead_id = n.lead_id
          where n.id = any (v_new) group by a.source
        ) as c
      ),
      'leads', lead_sync.describe_news(v_new[:v_named])
    ),
    'escalated', jsonb_build_object('count', coalesce(cardinality(v_escalated), 0), 'leads', lead_sync.describe_news(v_escalated[:v_named])),
    'ids', to_jsonb(coalesce(v_new || v_escalated, '{}')),
    'waiting', v_waiting - coalesce(cardinality(v_new), 0)
  );
end
$$;
