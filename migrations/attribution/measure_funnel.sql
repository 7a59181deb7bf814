-- From touch to won, counting leads: those that came, those that are qualified (their lead_status says so, or they have a deal), those with a deal, those with a won one; and the middle of the days
-- from the lead's first touch, else from when it was made, to the day on which it was qualified as far as that was noted (its first deal at the latest), to its first deal and to its first win.
-- Returns [{step: touch | lead | qualified | opportunity | won, leads, days}].
create or replace function lead_sync.measure_funnel() returns jsonb
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_custom_plan' set jit = off set work_mem = '64MB' as $$
begin
  return (
    with began as materialized (
      select t.lead_id, min(t.touched_at) as began_at from lead_sync.inbound_touches as t where t.lead_id is not null group by t.lead_id
    ),
    dealt as materialized (
      select d.lead_id, min(d.created_at) as dealt_at, min(d.won_at) as won_at, bool_or(d.outcome = 'won') as is_won
      from lead_sync.deals as d where d.lead_id is not null group by d.lead_id
    ),
    -- a deleted lead counts no more as one, and its deals go on counting
    way as materialized (
      select l.deleted_at is null as lives, d.lead_id is not null as has_deal, d.is_won, lower(btrim(l.lead_status)) = any (lead_sync.qualified_statuses()) or d.lead_id is not null as is_qualified,
        date_part('epoch', least(q.qualified_at, d.dealt_at) - b.began_at) as to_qualified, date_part('epoch', d.dealt_at - b.began_at) as to_deal,
        date_part('epoch', d.won_at - b.began_at) as to_won
      from public.leads as l
      left join dealt as d on d.lead_id = l.id
      left join lead_sync.qualified_leads as q on q.lead_id = l.id
      left join began as t on t.lead_id = l.id and (d.lead_id is not null or q.lead_id is not null)
      cross join lateral (select coalesce(t.began_at, l.created_at) as began_at) as b
    ),
    figure as (
      select
        count(*) filter (where w.lives) as leads, count(*) filter (where w.lives and w.is_qualified) as qualified,
        count(*) filter (where w.has_deal) as dealt, count(*) filter (where w.is_won) as won,
        percentile_cont(0.5) within group (order by w.to_qualified / 86400) filter (where w.lives and w.is_qualified and w.to_qualified >= 0) as to_qualified,
        percentile_cont(0.5) within group (order by w.to_deal / 86400) filter (where w.to_deal >= 0) as to_deal,
        percentile_cont(0.5) within group (order by w.to_won / 86400) filter (where w.to_won >= 0) as to_won
      from way as w
    )
    select jsonb_agg(jsonb_build_object('step', s.step, 'leads', s.leads, 'days', round(s.days::numeric, 1)) order by s.place)
    from figure as f
    cross join lateral (
      values (1, 'touch', (select count(*) from began), null), (2, 'lead', f.leads, null), (3, 'qualified', f.qualified, f.to_qualified),
        (4, 'opportunity', f.dealt, f.to_deal), (5, 'won', f.won, f.to_won)
    ) as s (place, step, leads, days)
  );
end
$$;
