-- From touch to won, counting leads: those that came, those that are qualified (their lead_status says so, or they have a deal), those with a deal, those with a won one; and the middle of the days
-- from the lead's first touch, else from when it was made, to its first deal and to its first win. Nobody notes when a lead was qualified, so that there are no days to it.
-- Returns [{step: touch | lead | qualified | opportunity | won, leads, days}].
create or replace function lead_sync.measure_funnel() returns jsonb
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_custom_plan' set jit = off as $$
declare
  v_touched bigint;
  v_leads bigint;
  v_qualified bigint;
  v_figures record;
begin
  select count(*) into v_touched from (select distinct t.lead_id from public.lead_touches as t where t.lead_id is not null) as t;
  select count(*), count(*) filter (where lower(btrim(l.lead_status)) in ('qualified', 'sql', 'opportunity', 'customer', 'won')
    or exists (select from public.opportunities as o where o.lead_id = l.id and o.deleted_at is null))
  into v_leads, v_qualified
  from public.leads as l where l.deleted_at is null;
  select
    count(*) as dealt, count(*) filter (where f.is_won) as won,
    percentile_cont(0.5) within group (order by date_part('epoch', f.dealt_at - f.began_at) / 86400) filter (where f.dealt_at >= f.began_at) as to_deal,
    percentile_cont(0.5) within group (order by date_part('epoch', f.won_at - f.began_at) / 86400) filter (where f.won_at >= f.began_at) as to_won
  into v_figures
  from (
    select d.lead_id, d.dealt_at, d.won_at, d.is_won,
      coalesce((select t.touched_at from public.lead_touches as t where t.lead_id = d.lead_id order by t.touched_at limit 1), l.created_at) as began_at
    from (
      select o.lead_id, min(o.created_at) as dealt_at, min(o.won_at) as won_at, bool_or(o.outcome = 'won') as is_won from lead_sync.deals as o where o.lead_id is not null group by o.lead_id
    ) as d
    join public.leads as l on l.id = d.lead_id
  ) as f;
  return jsonb_build_array(
    jsonb_build_object('step', 'touch', 'leads', v_touched, 'days', null),
    jsonb_build_object('step', 'lead', 'leads', v_leads, 'days', null),
    jsonb_build_object('step', 'qualified', 'leads', v_qualified, 'days', null),
    jsonb_build_object('step', 'opportunity', 'leads', v_figures.dealt, 'days', round(v_figures.to_deal::numeric, 1)),
    jsonb_build_object('step', 'won', 'leads', v_figures.won, 'days', round(v_figures.to_won::numeric, 1))
  );
end
$$;
