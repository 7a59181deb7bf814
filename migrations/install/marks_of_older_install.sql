-- An install from before there were marks: what is certainly ours is marked, whatever else has our names is found in the way.
do $$
declare
  v_object record;
begin
  if strpos(coalesce(obj_description('lead_sync'::regnamespace, 'pg_namespace'), ''), lead_sync.mark()) > 0
    or to_regclass('lead_sync.lead_states') is null
  then
    return;
  end if;
  for v_object in
    with columns (table_name, names) as (
      values
        ('company_size_bands', 'scheme,from_employees,band'),
        ('country_names', 'name,country'),
        ('customer_segments', 'id,segment_name,description,created_at'),
        ('follow_up_rules', 'rule_key,lowest_score,title,body,due_in_days,assignee_id,max_lead_age_days,enabled'),
        ('free_email_domains', 'domain'),
        ('geo_income_tiers', 'country,region,postal_prefix,tier,source,year'),
        ('lead_scoring_groups', 'rule_group,lowest,highest,description'),
        ('lead_scoring_rules', 'rule_key,rule_group,attribute,operator,value,points,decay_days,enabled'),
        ('lead_scoring_versions', 'version,rules,groups,note,published_at'),
        ('lead_sync_conflicts', 'id,lead_id,run_id,field,winner,supabase_value,twenty_value,reason'),
        ('lead_sync_history', 'id,lead_id,run_id,sync_type,sync_direction,sync_status,fields_changed'),
        ('lead_sync_runs', 'id,direction,mode,trigger,object,policy,status,token,lease_until'),
        ('leads', 'id,twenty_id,first_name,last_name,email'),
        ('phone_prefixes', 'prefix,country')
    )
    select o.class, o.object, o.kind, o.identity
    from lead_sync.list_objects() as o
    where not o.marked and not o.part and (
      o.schema_name = 'lead_sync'
      or o.object_name = any (lead_sync.names_in_public()) and case o.kind
        when 'table' then exists (
          select from columns as k
          where k.table_name = o.object_name and k.names = (
            select string_agg(a.attname, ',' order by a.attnum) from pg_catalog.pg_attribute as a
            where a.attrelid = o.object and a.attnum between 1 and cardinality(string_to_array(k.names, ','))
          )
        )
        when 'view' then pg_get_viewdef(o.object) ~ '\m(leads|lead_sync\w*)\M'
        when 'materialized view' then pg_get_viewdef(o.object) ~ '\mlead_sync\M'
        when 'routine' then exists (
          select from pg_catalog.pg_proc as p
          where p.oid = o.object and p.proconfig @> array['search_path=""']
            -- 0.1.0 had bodies that are no text
            and coalesce(pg_get_function_sqlbody(p.oid), p.prosrc) ~ '\mleads?\M|\mlead_(sync|scoring)'
        )
        else false
      end
    )
  loop
    execute format(
      'comment on %s %s is %L', v_object.kind, v_object.identity,
      concat_ws('. ', rtrim(obj_description(v_object.object, v_object.class::regclass::name), '. '), lead_sync.mark())
    );
  end loop;
end
$$;
comment on schema lead_sync is 'What lead sync keeps for itself. Part of n8n-nodes-lead-sync.';
