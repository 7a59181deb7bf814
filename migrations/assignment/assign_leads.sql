-- Gives leads that arrived to sales reps, in the order of their arrival, each once: among those whose conditions all hold, else among those who have none. One transaction at a time.
-- A smooth weighted round robin, as nginx has it: everybody who may get the lead earns their weight, the richest gets it and pays what all of them earned. So a turn
-- is spread evenly, and somebody who joins or comes back neither catches up nor waits. What is to be told of them is noted. Returns how many leads were looked at.
create or replace function lead_sync.assign_leads() returns integer
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_leads public.leads[];
  v_lead record;
  v_reps uuid[];
  v_member_id uuid;
begin
  perform pg_advisory_xact_lock(hashtext('lead_sync.assign_leads'));
  select array_agg(n.l) into v_leads
  from (
    select l from public.lead_assignments as a join public.leads as l on l.id = a.lead_id
    where a.assigned_at is null and l.deleted_at is null
    order by a.touch_id
    limit 500 -- a second or less: whatever calls has a statement timeout
  ) as n;
  if v_leads is null then
    return 0;
  end if;

  for v_lead in
    select w.lead_id, w.groups from lead_sync.weigh_leads(v_leads, -2) as w
    join public.lead_assignments as a on a.lead_id = w.lead_id
    order by a.touch_id
  loop
    select array_agg(r.member_id) into v_reps from public.sales_reps as r
    where r.active and (v_lead.groups ->> r.member_id::text)::integer = jsonb_array_length(r.conditions);
    if v_reps is null then
      select array_agg(r.member_id) into v_reps from public.sales_reps as r where r.active and r.conditions is null;
    end if;
    v_member_id := (
      select r.member_id from public.sales_reps as r where r.member_id = any (v_reps) order by r.credit + r.weight desc, r.name, r.member_id limit 1
    );
    update public.sales_reps as r set credit = r.credit + r.weight - case
      when r.member_id = v_member_id then (select sum(o.weight) from public.sales_reps as o where o.member_id = any (v_reps)) else 0
    end
    where r.member_id = any (v_reps);

    update public.lead_assignments as a set member_id = v_member_id, assigned_at = clock_timestamp() where a.lead_id = v_lead.lead_id;
    -- told once, and once more where it had nobody then
    insert into lead_sync.lead_news as n (lead_id, level) values (v_lead.lead_id, 0)
    on conflict (lead_id, level) do update set told_at = null, offered_until = null where v_member_id is not null;
  end loop;
  return cardinality(v_leads);
end
$$;
