-- The time until the next try: doubling from the first, plus or minus a fifth by chance so that failures do not come back in step, at most the longest.
create or replace function lead_sync.backoff(p_retries integer, p_first interval, p_longest interval) returns interval
language plpgsql volatile set search_path = '' as $$
begin
  return least(p_first * power(2, least(p_retries, 30) - 1), p_longest / 1.2) * (0.8 + 0.4 * random());
end
$$;
