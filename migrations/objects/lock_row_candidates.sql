-- Locks, in id order, every row that snapshots or a claim could touch, as lock_candidates does for leads. Two calls with one new record would each make a row of it:
-- the second one waits for the first one's end.
create or replace function lead_sync.lock_row_candidates(p_adapter text, p_items jsonb, p_claim_token uuid) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_ids uuid[] := array(select (i #>> '{snapshot,twenty_id}')::uuid from jsonb_array_elements(p_items) as i);
  v_known text[];
begin
  execute lead_sync.rows_sql(p_adapter, 'select array_agg({known_value}) from jsonb_to_recordset($1) as i (snapshot jsonb)') into v_known using p_items;
  execute lead_sync.rows_sql(p_adapter, $sql$
    select pg_advisory_xact_lock(hashtext('lead_sync.rows ' || $2), b.bucket)
    from (
      select distinct hashtext(i::text) & 63 as bucket from unnest($1) as i where not exists (select from {table} as l where l.twenty_id = i) order by bucket
    ) as b
  $sql$) using v_ids, p_adapter;
  execute lead_sync.rows_sql(p_adapter, $sql$
    select from {table} as l
    where l.id in (
      select k.id from {table} as k where k.twenty_id = any ($1) or k.id = any (array(select lead_sync.own_id_of(i) from unnest($1) as i))
      union select k.id from {table} as k where {known} = any ($3) and k.twenty_id is null
      union select s.lead_id from lead_sync.lead_states as s where s.claim_token = $2
    )
    order by l.id for no key update
  $sql$) using v_ids, p_claim_token, v_known;
end
$$;
