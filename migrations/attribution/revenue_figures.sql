-- The figures of deals as reports show them, those that are missing as 0; win_percent: won of those that are decided, null while none is.
create or replace function lead_sync.revenue_figures(p_currency text, p_figures jsonb) returns jsonb
language plpgsql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
declare
  v_won numeric := coalesce((p_figures ->> 'won')::numeric, 0);
  v_lost numeric := coalesce((p_figures ->> 'lost')::numeric, 0);
begin
  return jsonb_build_object(
    'currency', p_currency, 'won_amount', coalesce(p_figures -> 'won_amount', '0'), 'open_amount', coalesce(p_figures -> 'open_amount', '0'),
    'won', v_won, 'open', coalesce(p_figures -> 'open', '0'), 'lost', v_lost, 'win_percent', round(100 * v_won / nullif(v_won + v_lost, 0), 1)
  );
end
$$;
