-- The columns of a company for values that it takes from Twenty.
create or replace function lead_sync.company_columns(p_taken jsonb) returns jsonb
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
begin
  return p_taken - 'annual_revenue' || case
    when p_taken ? 'annual_revenue' then
      jsonb_build_object('annual_revenue', p_taken #> '{annual_revenue,amount}', 'currency', p_taken #> '{annual_revenue,currency}')
    else '{}'
  end;
end
$$;
