-- Whether two values mean the same, blanks included. Two phones that are both written with their calling code are compared whole: +1 415 555 2671 is not
-- +1 315 555 2671. Some people write the 0 of a national number behind it (+49 0171 …).
create or replace function lead_sync.is_same(p_kind text, p_one jsonb, p_other jsonb) returns boolean
language plpgsql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
begin
  if p_one = p_other then
    return true;
  elsif lead_sync.comparable(p_kind, p_one) <> lead_sync.comparable(p_kind, p_other) then
    return false;
  elsif p_kind not in ('phone', 'phone list') or coalesce(p_one, 'null') = 'null' or coalesce(p_other, 'null') = 'null' then
    return true;
  end if;
  return coalesce((
    select w.one = w.other or exists (
      select from generate_series(1, 3) as code
      where regexp_replace(w.one, '^(.{' || code || '})0', '\1') = w.other or regexp_replace(w.other, '^(.{' || code || '})0', '\1') = w.one
    )
    from (select lead_sync.whole_phone(p_one) as one, lead_sync.whole_phone(p_other) as other) as w
  ), true);
end
$$;
