-- Makes one table where nothing has its name, and marks it. Returns whether it was made.
create or replace function lead_sync.make_outreach_table(p_name text, p_definition text) returns boolean
language plpgsql volatile set search_path = '' as $$
begin
  if to_regclass(format('public.%I', p_name)) is not null then
    return false;
  end if;
  execute format('create table public.%I (%s)', p_name, p_definition);
  execute format('comment on table public.%I is %L', p_name, lead_sync.mark());
  execute format('alter table public.%I enable row level security', p_name);
  execute format('revoke all on public.%I from public, anon, authenticated', p_name);
  execute format('grant select, insert, update, delete on public.%I to service_role', p_name);
  return true;
end
$$;
