-- Refuses criteria that cannot be evaluated, by the segment's name and with what to do.
create or replace function lead_sync.check_segment() returns trigger
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_problems jsonb := lead_sync.segment_problems(new) - 'segment_name'; -- the table's own check says that
begin
  if v_problems <> '{}' then
    raise exception 'Segment "%": %', new.segment_name, coalesce(v_problems ->> 'threshold', v_problems ->> 'criteria')
      using errcode = '22023', hint = 'The segment was not saved. Correct it and save it again.';
  end if;
  return new;
end
$$;
