-- Whose create makes a record of this id in Twenty: the id of that lead or row, which is the record's own but where id_in_twenty made it of another one.
create or replace function lead_sync.own_id_of(p_twenty_id uuid) returns uuid
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_generic_plan' set enable_seqscan = off as $$
begin
  -- the form of those that are made; nearly all others are of version 4
  if p_twenty_id::text !~ '^.{14}5.{4}8' then
    return p_twenty_id;
  end if;
  return coalesce((
    select s.lead_id from lead_sync.lead_states as s
    where lead_sync.id_in_twenty(s.lead_id) = p_twenty_id and s.lead_id::text !~ '^.{14}[1-5].{4}[89ab]'
    limit 1
  ), p_twenty_id);
end
$$;
