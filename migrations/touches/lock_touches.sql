-- Two calls with one touch wait for each other, before they lock e-mails and leads: the second finds what the first has noted. By buckets, as lock_candidates has it.
create or replace function lead_sync.lock_touches(p_items jsonb) returns void
language plpgsql volatile set search_path = '' as $$
begin
  perform pg_advisory_xact_lock(hashtext('lead_sync.touch'), b.bucket)
  from (
    select distinct hashtext(lead_sync.touch_text(t.touch ->> 'source', t.touch ->> 'external_id')) & 63 as bucket
    from jsonb_array_elements(p_items) as i
    cross join lateral (select i -> 'snapshot' -> 'touch' as touch) as t
    where t.touch is not null
    order by bucket
  ) as b;
end
$$;
