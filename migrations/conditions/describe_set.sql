-- Notes what of a lead a set looks at.
create or replace function lead_sync.describe_set(p_set_no integer) returns void
language plpgsql volatile set search_path = '' as $$
begin
  insert into lead_sync.condition_sets as s (set_no, used, keys, worded, dated)
  select
    p_set_no,
    array(
      select exists (select from lead_sync.conditions as w where w.set_no = p_set_no and w.attribute_no = a.ordinality)
      from unnest(lead_sync.scoring_attributes()) with ordinality as a order by a.ordinality
    ),
    array_agg(distinct c.attribute_key) filter (where c.attribute_key is not null),
    array(
      select exists (select from lead_sync.conditions as w where w.set_no = p_set_no and w.operator_no = 6 and w.attribute_no = n.no)
      from generate_series(1, max(c.attribute_no) filter (where c.operator_no = 6)) as n (no)
      order by n.no
    ),
    array(
      select exists (select from lead_sync.conditions as w where w.set_no = p_set_no and w.operator_no = 14 and w.attribute_no = n.no)
      from generate_series(1, max(c.attribute_no) filter (where c.operator_no = 14 and c.attribute_no <> 16)) as n (no)
      order by n.no
    )
  from lead_sync.conditions as c
  where c.set_no = p_set_no
  on conflict (set_no) do update set used = excluded.used, keys = excluded.keys, worded = excluded.worded, dated = excluded.dated;
end
$$;
