-- Turns hints for companies into hints for the people of those companies, as the last reads of these people saw them. A person who joined the company since
-- has a hint of its own, or is seen by the next pull; a company destroyed in Twenty can be answered in no other way: its people have lost its id.
create or replace function lead_sync.spread_company_hints(p_object text) returns void
language sql volatile set search_path = '' as $$
  with chosen as materialized (
    select i.object, i.record_id from lead_sync.inbox as i
    where i.object = p_object || '.company' and i.due_at <= clock_timestamp()
    order by i.record_id
    limit 1000
    for update skip locked
  ),
  taken as (
    delete from lead_sync.inbox as i using chosen as c
    where i.object = c.object and i.record_id = c.record_id
    returning i.record_id, i.waiting_since
  )
  insert into lead_sync.inbox as i (object, record_id, waiting_since)
  select p_object, l.twenty_id, min(t.waiting_since)
  from taken as t
  join lead_sync.lead_states as s on s.company_id = t.record_id
  join public.leads as l on l.id = s.lead_id
  where l.twenty_id is not null and not s.gone
  group by l.twenty_id
  order by l.twenty_id
  on conflict (object, record_id) do update set
    hints = i.hints + 1,
    waiting_since = least(i.waiting_since, excluded.waiting_since),
    due_at = least(i.due_at, excluded.due_at),
    hinted_again_at = case when i.run_id is not null then coalesce(i.hinted_again_at, clock_timestamp()) end;
$$;
