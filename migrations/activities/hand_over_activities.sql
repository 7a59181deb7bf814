-- The activities of a lead become another one's: Twenty moves them likewise when it merges the two people, and a later reading says so.
create or replace function lead_sync.hand_over_activities(p_from uuid, p_to uuid) returns void
language plpgsql volatile set search_path = '' as $$
begin
  update lead_sync.activity_links as k set person_id = t.twenty_id
  from public.leads as f, public.leads as t
  where f.id = p_from and t.id = p_to and k.person_id = f.twenty_id and t.twenty_id is not null;
end
$$;
