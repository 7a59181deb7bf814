-- The columns of an opportunity for values that it takes from Twenty.
create or replace function lead_sync.opportunity_columns(p_taken jsonb) returns jsonb
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
begin
  return p_taken - array['amount', 'contact_id']
    || case when p_taken ? 'amount' then jsonb_build_object('amount', p_taken #> '{amount,amount}', 'currency', p_taken #> '{amount,currency}') else '{}' end
    || case when p_taken ? 'contact_id' then lead_sync.contact_columns(p_taken ->> 'contact_id') else '{}' end;
end
$$;
