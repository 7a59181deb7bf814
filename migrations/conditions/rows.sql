-- the keys of attributes come behind all others, which another version may have more of
update lead_sync.conditions as c set attribute_no = cardinality(lead_sync.scoring_attributes()) + k.key_no
from (
  select d.set_no, d.condition_key, dense_rank() over (partition by d.set_no order by d.attribute_key) as key_no
  from lead_sync.conditions as d
  where d.attribute_key is not null
) as k
where c.set_no = k.set_no and c.condition_key = k.condition_key and c.attribute_no <> cardinality(lead_sync.scoring_attributes()) + k.key_no;
-- what a set looks at is worked out anew, as another version may look at more
select lead_sync.describe_set(c.set_no) from (select distinct d.set_no from lead_sync.conditions as d) as c;
