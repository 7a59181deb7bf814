-- Merges a snapshot into a lead.
--   p_local        the lead's values now             p_base_local   the values when last agreed
--   p_remote       the snapshot's values, blanks     p_base_remote  Twenty's values when last agreed
--                  left out, unknown fields filled from p_base_remote
--   p_sent         values of an open intent: a snapshot value equal to one of them is our own write come back
--   p_changed_at   field -> time it last changed here
--   p_remote_time  when the record last changed in Twenty, never later than the read: clients can stamp records years ahead
--   p_rules        see lead_sync.rules
-- A company that both sides changed, in whichever of its fields, to two that share neither name nor domain is one conflict: one side's whole company stays.
-- Returns {taken: {field: value or null}, base_local, base_remote, conflicts: [{field, winner, supabase_value, twenty_value, reason}], landed: boolean}.
create or replace function lead_sync.merge_lead(
  p_local jsonb, p_remote jsonb, p_base_local jsonb, p_base_remote jsonb, p_sent jsonb, p_changed_at jsonb, p_remote_time timestamptz, p_rules jsonb
) returns jsonb
language plpgsql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
declare
  v_rule jsonb;
  v_field text;
  v_local jsonb;
  v_remote jsonb;
  v_base_local jsonb;
  v_base_remote jsonb;
  v_equal boolean;
  v_company text[] := '{}';
  v_company_changed_here boolean := false;
  v_company_changed_there boolean := false;
  v_company_shared boolean := false;
  v_is_contested boolean;
  v_local_blank boolean;
  v_remote_blank boolean;
  v_changed_at timestamptz;
  v_winner text;
  v_reason text;
  v_landed boolean := false;
  v_taken jsonb := '{}';
  v_conflicts jsonb := '[]';
begin
  for v_rule in select jsonb_array_elements(p_rules) loop
    v_field := v_rule ->> 'field';
    v_remote := p_remote -> v_field;
    -- another spelling of an address, an instant or an amount is nobody's edit: releases of Twenty rewrite domains
    if v_remote is distinct from p_base_remote -> v_field
      and v_rule ->> 'kind' in ('domain', 'email', 'money', 'reference', 'time')
      and lead_sync.same_value(v_rule ->> 'kind', v_remote, p_base_remote -> v_field)
    then
      p_base_remote := p_base_remote || jsonb_build_object(v_field, v_remote);
    end if;
    if p_sent ? v_field
      and v_remote is distinct from p_base_remote -> v_field
      and lead_sync.is_same(v_rule ->> 'kind', v_remote, p_sent -> v_field)
    then
      v_landed := true;
      p_base_local := lead_sync.set_value(p_base_local, v_field, p_sent -> v_field);
      p_base_remote := lead_sync.set_value(p_base_remote, v_field, v_remote);
    end if;
    -- merged name by name and domain by domain, two companies would become a third
    if v_field in ('company_name', 'company_domain') and v_rule ->> 'direction' = 'both' then
      v_company := v_company || v_field;
      v_company_changed_here := v_company_changed_here or p_local -> v_field is distinct from p_base_local -> v_field;
      v_company_changed_there := v_company_changed_there or v_remote is distinct from p_base_remote -> v_field;
      v_company_shared := v_company_shared or lead_sync.same_value(v_rule ->> 'kind', p_local -> v_field, v_remote);
    end if;
  end loop;

  for v_rule in select jsonb_array_elements(p_rules) loop
    v_field := v_rule ->> 'field';
    v_local := p_local -> v_field;
    v_remote := p_remote -> v_field;
    v_base_local := p_base_local -> v_field;
    v_base_remote := p_base_remote -> v_field;
    if v_local is not distinct from v_base_local and v_remote is not distinct from v_base_remote then
      continue;
    end if;

    v_is_contested := v_company_changed_here and v_company_changed_there and not v_company_shared and v_field = any (v_company);
    v_winner := null;
    v_reason := null;
    if v_rule ? 'outside' and v_local is not distinct from v_base_local and not v_is_contested then
      continue; -- it is taken when the person enters
    end if;
    v_equal := v_local is not distinct from v_remote
      or (v_local is not null and v_remote is not null and lead_sync.same_value(v_rule ->> 'kind', v_local, v_remote))
      or coalesce(v_rule -> 'translations' -> (v_remote #>> '{}') = v_local, false); -- an option by its name in Twenty

    if v_rule ->> 'direction' = 'none' then
      v_base_local := v_local; -- deletions stay where they are made
    elsif v_rule ->> 'direction' = 'to_supabase' then
      if v_field = 'deleted' and v_local is distinct from v_base_local and v_remote is not distinct from v_base_remote then
        v_base_local := v_local; -- deletions here stay here
      elsif v_local is not distinct from v_base_local and v_local is distinct from v_remote then
        v_winner := 'twenty'; -- only Twenty changed it: a new value may look like a spelling of the old one
      elsif not v_equal and (v_local is distinct from v_base_local or v_remote is distinct from v_base_remote) then
        v_winner := 'twenty';
        v_reason := case when v_local is distinct from v_base_local then 'the field only flows from Twenty to Supabase' end;
      end if;
    elsif v_rule ->> 'direction' = 'to_twenty' then
      if v_field = 'deleted' then
        null; -- deletions in Twenty stay in Twenty
      elsif v_remote is distinct from v_base_remote and not v_equal then
        if v_local is null and v_base_local is null then
          null; -- never set here: nothing to defend
        else
          v_winner := 'supabase';
          v_reason := case when v_base_remote is not null then 'the field only flows from Supabase to Twenty' end;
        end if;
      end if;
    elsif v_remote is distinct from v_base_remote or v_is_contested then
      if v_local is not distinct from v_base_local and not v_is_contested then
        v_winner := 'twenty';
      elsif not v_equal then
        v_local_blank := case when v_is_contested then not p_local ?| v_company else v_local is null end;
        v_remote_blank := case when v_is_contested then not p_remote ?| v_company else v_remote is null end;
        v_changed_at := (
          select max((p_changed_at ->> f)::timestamptz) from unnest(case when v_is_contested then v_company else array[v_field] end) as f
        );
        case v_rule ->> 'policy'
          when 'twenty_wins' then
            v_winner := 'twenty';
            v_reason := 'policy: Twenty wins';
          when 'supabase_wins' then
            v_winner := 'supabase';
            v_reason := 'policy: Supabase wins';
          else
            if v_rule ->> 'policy' = 'fill_blank' and v_local_blank <> v_remote_blank then
              v_winner := case when v_local_blank then 'twenty' else 'supabase' end;
              v_reason := 'policy: a value beats a blank';
            elsif coalesce(v_changed_at, '-infinity') > p_remote_time then
              v_winner := 'supabase';
              v_reason := 'last write wins: changed later in Supabase';
            else
              v_winner := 'twenty';
              v_reason := 'last write wins: changed later in Twenty';
            end if;
        end case;
      end if;
    end if;

    if v_winner = 'twenty' then
      v_taken := v_taken || jsonb_build_object(v_field, v_remote);
      v_base_local := v_remote;
    elsif v_winner = 'supabase' then
      -- The local edit counts as made on top of Twenty's value, so that it stays due whatever it is later set back to.
      v_base_local := v_remote;
    elsif v_equal and (v_remote is distinct from v_base_remote or v_field = 'deleted') then
      v_base_local := v_local;
    end if;
    v_base_remote := v_remote;

    if v_reason is not null then
      v_conflicts := v_conflicts || jsonb_build_object(
        'field', v_field, 'winner', v_winner, 'supabase_value', v_local, 'twenty_value', v_remote, 'reason', v_reason
      );
    end if;

    -- as set_value, without its call: this runs for every changed field of every page
    p_base_local := case when v_base_local is null then p_base_local - v_field else p_base_local || jsonb_build_object(v_field, v_base_local) end;
    p_base_remote := case when v_base_remote is null then p_base_remote - v_field else p_base_remote || jsonb_build_object(v_field, v_base_remote) end;
  end loop;

  return jsonb_build_object(
    'taken', v_taken, 'base_local', p_base_local, 'base_remote', p_base_remote, 'conflicts', v_conflicts, 'landed', v_landed
  );
end
$$;
