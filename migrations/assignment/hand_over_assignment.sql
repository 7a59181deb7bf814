-- The assignment that a touch brought goes with it to another lead, where that one has none: with a merge, and back when it is undone.
create or replace function lead_sync.hand_over_assignment() returns trigger
language plpgsql volatile security definer set search_path = '' as $$
begin
  if exists (select from public.lead_assignments as a where a.lead_id = old.lead_id and a.touch_id = new.id)
    and not exists (select from public.lead_assignments as a where a.lead_id = new.lead_id)
  then
    insert into public.lead_assignments
    select (jsonb_populate_record(a, jsonb_build_object('lead_id', new.lead_id))).* from public.lead_assignments as a where a.lead_id = old.lead_id;
    update lead_sync.lead_news as n set lead_id = new.lead_id where n.lead_id = old.lead_id;
    delete from public.lead_assignments as a where a.lead_id = old.lead_id;
  end if;
  return null;
end
$$;
