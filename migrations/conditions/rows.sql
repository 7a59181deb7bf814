-- what a set looks at is worked out anew, as another version may look at more
select lead_sync.describe_set(c.set_no) from (select distinct d.set_no from lead_sync.conditions as d) as c;
