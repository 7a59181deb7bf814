-- The name of pg_trgm's function similarity, wherever the extension lies (Supabase has extensions in a schema of that name); null where it is not, or may not be called.
create or replace function lead_sync.similarity_name() returns text
language plpgsql stable set search_path = '' as $$
begin
  return (
    select format('%I.similarity', n.nspname)
    from pg_catalog.pg_extension as e
    join pg_catalog.pg_namespace as n on n.oid = e.extnamespace
    join pg_catalog.pg_proc as p on p.pronamespace = n.oid and p.proname = 'similarity' and p.proargtypes = '25 25'
    where e.extname = 'pg_trgm' and has_schema_privilege(n.oid, 'usage') and has_function_privilege(p.oid, 'execute')
  );
end
$$;
