-- Before a filter is written: refuses conditions that cannot be evaluated, with what to do. Each write makes another filter of it, so that all is judged again.
create or replace function lead_sync.check_filter() returns trigger
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_problem text := lead_sync.filter_problem(new.direction, new.conditions);
begin
  if v_problem is not null then
    raise exception 'Filter %: %', new.direction, v_problem using errcode = '22023', hint = 'The row was not saved. Correct it and save it again.';
  end if;
  new.changed_at := greatest(clock_timestamp(), case when tg_op = 'UPDATE' then old.changed_at + interval '1 microsecond' end);
  return new;
end
$$;
