-- Before anyone but the sync writes a segment: one that is chosen by hand is human from then on and stays, a blank one goes back to the rules.
create or replace function lead_sync.note_chosen_segment() returns trigger
language plpgsql volatile security definer set search_path = '' as $$
begin
  if new.segment_id is distinct from old.segment_id or (new.segment_source is null and old.segment_source is not null) then
    new.segment_source := case when new.segment_id is not null and new.segment_id is distinct from old.segment_id then 'human' end;
    new.segment_confidence := case when new.segment_source = 'human' then 1 end;
    new.segment_id := case when new.segment_source = 'human' then new.segment_id end;
  end if;
  return new;
end
$$;
