import type { Replacement } from './bundle';
import { DIRECTED } from './directed';
import type { Schedule } from './schedule';

/** One rule of the protocol, turned off. */
export interface Mutant {
  name: string;
  /** The rule, in the protocol's words. */
  rule: string;
  /** Replacements in migrations, by path there. */
  sql?: readonly Replacement[];
  /** Replacements in TypeScript, by path. */
  source?: readonly Replacement[];
  /** A schedule that needs the rule, where generated ones rarely do. */
  directed?: Schedule;
}

const PULL = 'nodes/LeadSync/loops/pull.ts';
const DRAFTS = 'nodes/Twenty/leads/drafts.ts';
const PUSH = 'nodes/Twenty/leads/push.ts';
const WRITER = 'nodes/Twenty/records/writer.ts';

/** The rules marked ● or ○ in the protocol, in its order. */
export const MUTANTS: readonly Mutant[] = [
  {
    name: 'pending is trusted',
    rule: 'Reconciliation recomputes what is due, since a bulk load can skip triggers',
    sql: [
      {
        file: 'reconcile/compare_range.sql',
        find: "where l.unqueued <> '{}'\n",
        replace: 'where false\n',
      },
    ],
    directed: DIRECTED.bulkLoad,
  },
  {
    name: 'due against what Twenty stores',
    rule: 'A lead is due exactly when a field that may go out differs from its base_local',
    sql: [
      {
        file: 'changes/due_fields.sql',
        find: 'when p_local = p_base_local then',
        replace: 'when p_local = p_base_remote then',
      },
      {
        file: 'changes/due_fields.sql',
        find: "is distinct from (p_base_local -> (r.value ->> 'field'))",
        replace: "is distinct from (p_base_remote -> (r.value ->> 'field'))",
      },
    ],
  },
  {
    name: 'incarnations are not told apart by snapshots',
    rule: 'Base belongs to one incarnation: a snapshot with another createdAt starts from blank',
    sql: [
      {
        file: 'snapshots/merge_snapshots.sql',
        find: "coalesce(s.remote_created_at <> (m.snapshot ->> 'twenty_created_at')::timestamptz or (s.gone and m.newly_linked), false) as reborn",
        replace: 'false as reborn',
      },
    ],
    directed: DIRECTED.reborn,
  },
  {
    name: 'incarnations are not told apart by answers',
    rule: "Base belongs to one incarnation: a write's answer with another createdAt leaves base with what was sent",
    sql: [
      {
        file: 'completion/settle_writes.sql',
        find: "coalesce(h.remote_created_at <> h.created_at, false) or (h.gone and h.op = 'create')",
        replace: 'false',
      },
    ],
    directed: DIRECTED.rebornByWrite,
  },
  {
    name: 'a bad record takes its batch along',
    rule: 'A batch that fails is taken apart, so that one bad row is reported and the others land',
    sql: [
      {
        file: 'door/write_or_split.sql',
        find: `  return lead_sync.write_or_split(p_step, jsonb_path_query_array(p_items, '$[0 to $last]'`,
        replace: `  if true then
    return (select jsonb_agg(lead_sync.rejection((i ->> 'index')::integer, i -> 'snapshot', v_message)) from jsonb_array_elements(p_items) as i);
  end if;
  return lead_sync.write_or_split(p_step, jsonb_path_query_array(p_items, '$[0 to $last]'`,
      },
    ],
  },
  {
    name: 'a person takes any lead with its e-mail',
    rule: 'By e-mail a person is matched only to an unlinked lead',
    sql: [
      {
        file: 'snapshots/match_snapshots.sql',
        find: 'and (l.twenty_id is null or s.gone) and l.deleted_at is null and s.intent is null',
        replace: 'and l.deleted_at is null and s.intent is null',
      },
    ],
    directed: DIRECTED.otherLeadsEmail,
  },
  {
    name: 'a company is merged by halves',
    rule: 'A company is one value: of two that both sides changed, one stays whole',
    sql: [
      {
        file: 'merge/merge_lead.sql',
        find: 'v_is_contested := v_company_changed_here',
        replace: 'v_is_contested := false and v_company_changed_here',
      },
    ],
    directed: DIRECTED.twoCompanies,
  },
  {
    name: 'a blank first address counts as agreed',
    rule: 'A person without a first address gets that of the lead found by another one',
    sql: [{ file: 'snapshots/merge_snapshots.sql', find: " and m.stated ->> 'email' is not null", replace: '' }],
    directed: DIRECTED.onlyOtherAddress,
  },
  {
    name: 'an old read moves people back to their company',
    rule: 'Another company is a change of the person, and older reads are stale',
    sql: [
      {
        file: 'snapshots/merge_snapshots.sql',
        find: 'or d.company_id is distinct from d.known_company_id',
        replace: '',
      },
      {
        file: 'snapshots/merge_snapshots.sql',
        find: 's set remote_updated_at = t.remote_updated_at',
        replace: 's set remote_updated_at = t.remote_updated_at, company_id = t.company_id',
      },
    ],
    directed: DIRECTED.blankCompany,
  },
  {
    name: 'forms make every lead anew',
    rule: 'Other sources match any live lead by their own id, then by e-mail',
    sql: [
      {
        file: 'intake/take_in_leads.sql',
        find: '= item.email and l.deleted_at is null and by_id.id is null',
        replace: '= item.email and l.twenty_id is null and by_id.id is null',
      },
    ],
  },
  {
    name: 'a second address is nobody',
    rule: "A form from another address of a person is that person's",
    sql: [
      { file: 'intake/take_in_leads.sql', find: 'as id where item.email is not null', replace: 'as id where false' },
    ],
    directed: DIRECTED.secondAddress,
  },
  {
    name: 'the leads of merged people stay apart',
    rule: 'A lead whose person was merged away joins the lead of the one who stays',
    sql: [{ file: 'joins/join_merged.sql', find: '    where s.gone\n  loop', replace: '    where false\n  loop' }],
    directed: DIRECTED.mergedPeople,
  },
  {
    name: 'the forgotten come back',
    rule: 'Of somebody who asked to be forgotten no read makes a lead again',
    sql: [
      {
        file: 'snapshots/merge_snapshots.sql',
        find: 'm.absent or m.dead or m.forgotten',
        replace: 'm.absent or m.dead',
      },
    ],
    directed: DIRECTED.forgotten,
  },
  {
    name: 'a person takes a lead whose create is under way',
    rule: 'By e-mail a person is matched only to a lead with no open intent',
    sql: [
      {
        file: 'snapshots/match_snapshots.sql',
        find: 'and l.deleted_at is null and s.intent is null',
        replace: 'and l.deleted_at is null',
      },
    ],
    directed: DIRECTED.createUnderWay,
  },
  {
    name: 'stale snapshots are merged',
    rule: "A snapshot whose read began before the lead's last merge or completed write is ignored",
    sql: [{ file: 'snapshots/merge_snapshots.sql', find: 's.merged_at > v_read\n', replace: 'false\n' }],
  },
  {
    name: 'a completed write does not make older reads stale',
    rule: 'A snapshot whose read began before the completed write is ignored',
    sql: [
      {
        file: 'completion/settle_writes.sql',
        find: 'merged_at = case when t.ok then v_now else s.merged_at end',
        replace: 'merged_at = s.merged_at',
      },
    ],
  },
  {
    name: 'stale reads are written from',
    rule: 'A claimed lead whose read was stale is released with nothing written',
    sql: [{ file: 'plan/plan_writes.sql', find: "        when n.result = 'stale' then 'release'\n", replace: '' }],
    directed: DIRECTED.staleRead,
  },
  {
    name: 'old absences count',
    rule: 'Absence is a snapshot: it is stale like any other',
    sql: [
      {
        file: 'snapshots/merge_snapshots.sql',
        find: "when c.stale then 'stale'",
        replace: "when c.stale and not c.absent then 'stale'",
      },
    ],
    directed: DIRECTED.oldAbsence,
  },
  {
    name: 'one absence is enough',
    rule: 'An absence counts only when a second read, later than the replica allowance, confirms it',
    sql: [
      {
        file: 'snapshots/merge_snapshots.sql',
        find: 'and (c.absent_since is null or v_suspicious or v_read < c.absent_since + v_allowance) then',
        replace: 'and false then',
      },
    ],
    directed: DIRECTED.laggingReplica,
  },
  {
    name: 'pages in order of time',
    rule: 'A window is read in order of id, never of updatedAt',
    source: [
      {
        file: 'nodes/Twenty/transport/paging.ts',
        find: "orderBy: [{ id: 'AscNullsFirst' }]",
        replace: "orderBy: [{ updatedAt: 'AscNullsFirst' }]",
      },
    ],
    directed: DIRECTED.oneMillisecond,
  },
  {
    name: 'the position is stored before the page',
    rule: 'The resume position is stored in the transaction that merges the page',
    source: [
      {
        file: PULL,
        find: 'await session.merge<Merged>(page, readStartedAt, { p_page: page.page });',
        replace: `await session
    .store('upsert_leads', { p_leads: [], p_source: 'twenty', p_page: page.page })
    .then(() => session.merge<Merged>(page, readStartedAt));`,
      },
    ],
    directed: DIRECTED.tornPage,
  },
  {
    name: 'the bound moves when a window is resumed',
    rule: "The window's upper bound is fixed once, stored with its first page, and survives a crash and resume",
    sql: [
      { file: 'runs/start_sync_run.sql', find: "'until', v_cursor.window_until", replace: "'until', null" },
      {
        file: 'runs/store_page.sql',
        find: 'window_until = coalesce(c.window_until, excluded.window_until)',
        replace: 'window_until = excluded.window_until',
      },
    ],
    directed: DIRECTED.resumedWindow,
  },
  {
    name: "the bound is a record's time",
    rule: "The window's upper bound is the Date of Twenty's first answer, never a record's own timestamp",
    source: [
      {
        file: 'nodes/Twenty/leads/get-changed.ts',
        find: 'until: window.until ?? boundFrom(page.date)',
        replace:
          'until: window.until ?? (page.records.map((record) => String(record.updatedAt)).sort().at(-1) ?? boundFrom(page.date))',
      },
    ],
  },
  {
    name: 'the cursor goes back',
    rule: 'The cursor never goes back',
    sql: [
      {
        file: 'runs/store_page.sql',
        find: 'set cursor = greatest(c.cursor, c.window_until)',
        replace: 'set cursor = c.window_until',
      },
    ],
    directed: DIRECTED.clockSetBack,
  },
  {
    name: 'windows do not overlap',
    rule: 'A delta reads back two minutes before its cursor: late commits',
    sql: [
      {
        file: 'runs/start_sync_run.sql',
        find: "v_cursor.cursor - coalesce(make_interval(secs => (v_options ->> 'overlap_seconds')::double precision), v_settings.overlap)",
        replace: 'v_cursor.cursor',
      },
    ],
  },
  {
    name: 'runs are not fenced',
    rule: 'A page or finish from a run that lost its lease is refused',
    sql: [
      {
        file: 'runs/hold_run.sql',
        find: `  where r.id = (p_run ->> 'id')::uuid and r.token = (p_run ->> 'token')::uuid and r.status = 'running'
  returning * into v_run;
  if not found then
    raise exception`,
        replace: `  where r.id = (p_run ->> 'id')::uuid
  returning * into v_run;
  if not found then
    raise exception`,
      },
    ],
    directed: DIRECTED.lateReader,
  },
  {
    name: 'absent people are written to',
    rule: 'A linked lead whose person is absent from the read is never written',
    sql: [
      { file: 'plan/plan_writes.sql', find: "        when n.result = 'held' then 'await'\n", replace: '' },
      { file: 'plan/plan_writes.sql', find: 'or (n.twenty_id is not null and n.result is null)', replace: '' },
    ],
    directed: DIRECTED.absentPerson,
  },
  {
    name: 'no intent is recorded',
    rule: 'What is about to be written is recorded as intent before anything is written',
    sql: [
      {
        file: 'plan/plan_writes.sql',
        find: 'where s.lead_id = p.lead_id\n  ),\n  drop_old_intents',
        replace: 'where s.lead_id = p.lead_id and false\n  ),\n  drop_old_intents',
      },
    ],
  },
  {
    name: 'our own write comes back as an edit',
    rule: 'A later snapshot value equal to the intent counts as base_remote',
    sql: [{ file: 'merge/merge_lead.sql', find: 'if p_sent ? v_field\n', replace: 'if false\n' }],
    directed: DIRECTED.unknownOutcome,
  },
  {
    name: 'a create that landed unheard counts for nothing',
    rule: 'A later snapshot value equal to the intent counts as base_remote: a create lands as a whole',
    sql: [
      {
        file: 'snapshots/merge_snapshots.sql',
        find: "lead_sync.shows_any(m.stated, s.intent -> 'values', v_rules) as created",
        replace: 'false as created',
      },
    ],
    directed: DIRECTED.blankedAfterLostCreate,
  },
  {
    name: 'an unknown outcome drops the intent',
    rule: 'The intent is dropped by a definite refusal, never by an unknown outcome',
    sql: [
      {
        file: 'completion/settle_writes.sql',
        find: "intent = case when t.ok or t.outcome <> 'unknown' then null else s.intent end",
        replace: 'intent = null',
      },
    ],
    directed: DIRECTED.unknownOutcome,
  },
  {
    name: 'an intent that landed stays open',
    rule: 'The intent is dropped by the first merged snapshot in which any of its changes has landed',
    sql: [
      {
        file: 'snapshots/merge_snapshots.sql',
        find: "case when n.landed or v_read > (n.intent ->> 'until')::timestamptz then null else n.intent end",
        replace: 'n.intent',
      },
    ],
    directed: DIRECTED.landedIntent,
  },
  {
    name: 'creates with an id of their own',
    rule: "Creates carry the lead's own UUID, so that a lost response cannot make a duplicate",
    source: [
      {
        file: 'nodes/Twenty/leads/drafts.ts',
        find: "write.op === 'create' ? write.lead_id : write.twenty_id",
        replace: "write.op === 'create' ? crypto.randomUUID() : write.twenty_id",
      },
    ],
  },
  {
    name: 'creates may update',
    rule: 'Creates are never sent with upsert: a known e-mail would silently update somebody else',
    source: [
      {
        file: WRITER,
        find: "createManyDocument(object, selection, mode === 'update')",
        replace: 'createManyDocument(object, selection, true)',
      },
    ],
    directed: DIRECTED.createMeetsStranger,
  },
  {
    name: 'a refused batch is refused whole',
    rule: 'A refused batch is bisected until the bad record stands alone',
    source: [
      {
        file: WRITER,
        find: 'else queue.unshift(...halves(batch));',
        replace: 'else settle(results, current, failure);',
      },
    ],
    directed: DIRECTED.refusedMate,
  },
  {
    name: 'writes start whatever is left of the lease',
    rule: 'A worker starts a write only while its lease has more left than the request timeout',
    source: [
      {
        file: PUSH,
        find: 'leaseSeconds === null ? undefined : client.clock.now() + leaseSeconds * 1000 - client.timeoutMs',
        replace: 'undefined',
      },
    ],
    directed: DIRECTED.slowWorker,
  },
  {
    name: 'completion overwrites a newer base',
    rule: 'Only fields whose base is still what it was when the intent was recorded take what was sent',
    sql: [
      {
        file: 'completion/base_after_write.sql',
        find: `p_reborn or (
        (p_base_local -> e.key) is not distinct from (p_intent -> 'base_local' -> e.key)
        and (p_base_remote -> e.key) is not distinct from (p_intent -> 'base_remote' -> e.key)
      )) as kept`,
        replace: 'true) as kept',
      },
    ],
    directed: DIRECTED.newerBase,
  },
  {
    name: 'base takes what was sent for what is stored',
    rule: 'After a write base_remote is what Twenty returned',
    sql: [
      {
        file: 'completion/base_after_write.sql',
        find: 'jsonb_object_agg(f.key, f.returned) filter (where f.kept and not f.unusable)',
        replace: 'jsonb_object_agg(f.key, f.here) filter (where f.kept and not f.unusable)',
      },
    ],
  },
  {
    name: 'a host that many share is a company',
    rule: 'The domain of a social network, a mail service, a site builder, a short link or a marketplace tells no company apart',
    sql: [
      {
        file: 'plan/plan_writes.sql',
        find: "and lead_sync.shared_host(o.local ->> 'company_domain') is not null",
        replace: 'and false',
      },
    ],
    directed: DIRECTED.sharedHost,
  },
  {
    name: 'what Twenty answers is not taken',
    rule: 'Where Twenty returned another value than it was sent, the lead takes it',
    sql: [
      { file: 'completion/base_after_write.sql', find: 'r.rule is not null as replaced', replace: 'false as replaced' },
    ],
    directed: DIRECTED.namedOtherwise,
  },
  {
    name: 'what Twenty answers is taken over an edit',
    rule: 'A lead that was edited while its write was on its way keeps the edit, made on top of what Twenty returned',
    sql: [
      {
        file: 'completion/base_after_write.sql',
        find: 'when f.replaced then f.returned else f.here end',
        replace: 'when true then f.here end',
      },
    ],
    directed: DIRECTED.namedOtherwiseMeanwhile,
  },
  {
    name: 'what Twenty replaced is lost without a trace',
    rule: 'A value that was sent and that Twenty replaced is kept as a conflict',
    sql: [
      {
        file: 'completion/base_after_write.sql',
        find: "and f.here <> 'null' and lower",
        replace: 'and false and lower',
      },
    ],
    directed: DIRECTED.namedOtherwise,
  },
  {
    name: 'old claims settle leads',
    rule: 'A completion with a stale token changes nothing',
    sql: [
      {
        file: 'completion/settle_writes.sql',
        find: 'on s.lead_id = a.lead_id and s.claim_token = v_claim_token',
        replace: 'on s.lead_id = a.lead_id',
      },
    ],
    directed: DIRECTED.lateCompletion,
  },
  {
    name: 'hints are data of the moment',
    rule: 'A snapshot carries the moment its read began, not the one of its delivery',
    source: [
      {
        file: 'proofs/schedules/world.ts',
        find: "      p_source: 'twenty',\n      p_read_started_at: delivery.readStartedAt,\n",
        replace: "      p_source: 'twenty',\n",
      },
    ],
    directed: DIRECTED.lateHint,
  },
  {
    name: 'an unusable value is as good as a blank',
    rule: 'Our own write has come back when the snapshot shows a spelling of it; only a blank is a spelling of a blank',
    sql: [
      {
        file: 'values/comparable.sql',
        find: "      lead_sync.normal_text(p_value #>> '{}')\n    )\n  end;\n",
        replace:
          "      case when p_kind = 'phone' then '' else lead_sync.normal_text(p_value #>> '{}') end\n    )\n  end;\n",
      },
    ],
    directed: DIRECTED.unusableOnItsWay,
  },
  {
    name: 'holds are for ever',
    rule: 'A held lead is released when the person whose e-mail it has is gone: reconciliation sees that where nothing else does',
    sql: [
      {
        file: 'reconcile/compare_lead_ids.sql',
        find: "if 'unsynced' = any (lead_sync.kinds_to_repair(v_reconciliation)) then",
        replace: 'if false then',
      },
    ],
    directed: DIRECTED.holderDestroyed,
  },
  {
    name: 'a half-done restore counts as not done',
    rule: 'What may have landed is unknown: the intent stays until a read shows what came of it',
    source: [{ file: PUSH, find: 'return result.ok || !this.begun.has(write)', replace: 'return result' }],
    directed: DIRECTED.halfRestored,
  },
  {
    name: 'deleted people are written to',
    rule: 'While either side is deleted its fields wait',
    sql: [
      {
        file: 'changes/due_fields.sql',
        find: "  when p_local ? 'deleted' or p_base_remote ? 'deleted' then '{}'::text[]\n",
        replace: '',
      },
    ],
  },
  {
    name: 'deletion has one direction only',
    rule: 'Deletion travels as its settings say',
    sql: [
      { file: 'mappings/rules.sql', find: "case when f.enabled then f.direction else 'none' end", replace: "'both'" },
    ],
    directed: DIRECTED.deletionStays,
  },
  {
    name: 'whatever went wrong counts as a refusal',
    rule: 'Limits, timeouts and lost answers do not count towards the maximum of attempts',
    sql: [
      {
        file: 'completion/settle_writes.sql',
        find: "not h.ok and h.outcome = 'refused' and h.category not in ('rate_limit', 'timeout', 'network', 'auth', 'permission') as counted",
        replace: 'not h.ok as counted',
      },
    ],
    directed: DIRECTED.unreachable,
  },
  {
    name: 'only bad values are one lead’s fault',
    rule: 'Whatever is raised while one row is written halves the batch',
    sql: [
      {
        file: 'door/write_or_split.sql',
        find: `  exception when others or assert_failure then
    get stacked diagnostics v_message = message_text`,
        replace: `  exception when data_exception or integrity_constraint_violation or program_limit_exceeded then
    get stacked diagnostics v_message = message_text`,
      },
    ],
    directed: DIRECTED.refusedMerge,
  },
  {
    name: 'one lead that cannot be claimed ends the claim',
    rule: 'One poison lead never stops its neighbours: in a claim',
    sql: [
      {
        file: 'claims/get_leads_for_sync.sql',
        find: "lead_sync.write_or_split('claim', v_due, v_context)",
        replace: "case when v_due is null then '[]' else lead_sync.claim_leads(v_due, v_context) end",
      },
    ],
    directed: DIRECTED.refusedClaim,
  },
  {
    name: 'one lead that cannot be released ends the plan',
    rule: 'One poison lead never stops its neighbours: in a plan',
    sql: [
      {
        file: 'plan/release_claims.sql',
        find: "lead_sync.write_or_split('mark', p_items, p_context)",
        replace: 'lead_sync.mark_leads(p_items)',
      },
    ],
    directed: DIRECTED.refusedRelease,
  },
  {
    name: 'one lead that cannot be settled ends the completion',
    rule: 'One poison lead never stops its neighbours: in a completion',
    sql: [
      {
        file: 'completion/update_sync_status.sql',
        find: "lead_sync.write_or_split('settle', p_results,",
        replace: 'lead_sync.settle_writes(p_results,',
      },
    ],
    directed: DIRECTED.refusedCompletion,
  },
  {
    name: 'one lead that cannot be queued ends the queueing',
    rule: 'One poison lead never stops its neighbours: when leads are queued',
    sql: [
      {
        file: 'claims/mark_leads_for_sync.sql',
        find: "lead_sync.write_or_split('mark', v_marked)",
        replace: 'lead_sync.mark_leads(v_marked)',
      },
    ],
    directed: DIRECTED.refusedMark,
  },
  {
    name: 'a value that cannot be used holds its lead',
    rule: 'A lead goes out without the values that cannot be used',
    source: [
      { file: DRAFTS, find: "write.op === 'create' && reasons.length > 0 && !isTold", replace: 'reasons.length > 0' },
    ],
    directed: DIRECTED.leftOutThenTaken,
  },
  {
    name: 'a value that Twenty refuses holds its lead',
    rule: 'A value that Twenty alone refuses is left out like any other that cannot be used',
    source: [{ file: PUSH, find: 'result.ok || result.existing ?', replace: 'result.ok || !result.ok ?' }],
    directed: DIRECTED.leftOutByTwenty,
  },
  {
    name: 'left-out fields are not listed',
    rule: 'A left-out field is listed',
    sql: [{ file: 'completion/settle_writes.sql', find: '|| h.left_out || coalesce((', replace: '|| coalesce((' }],
    directed: DIRECTED.leftOutThenTaken,
  },
  {
    name: 'a field stays listed for ever',
    rule: 'A field is listed as left out only while Twenty has another value',
    sql: [
      {
        file: 'changes/still_left_out.sql',
        find: `
    and not lead_sync.is_same(r ->> 'kind', p_local -> e.key, p_base_remote -> e.key)
$$;`,
        replace: '\n$$;',
      },
    ],
    directed: DIRECTED.leftOutThenTaken,
  },
  {
    name: 'a left-out value is replaced by what Twenty has',
    rule: 'A left-out value stays here',
    sql: [{ file: 'completion/base_after_write.sql', find: 'not (c.unusable and not c.of_company) and ', replace: '' }],
    directed: DIRECTED.leftOutOfUpdate,
  },
  {
    name: 'what a write returns of a left-out field is known',
    rule: "An edit in Twenty of a left-out field is merged, whatever the write's answer shows",
    sql: [
      { file: 'completion/base_after_write.sql', find: 'where f.kept and not f.unusable', replace: 'where f.kept' },
    ],
    directed: DIRECTED.leftOutWhileEdited,
  },
  {
    name: 'a left-out value goes without a trace',
    rule: 'A left-out value that gives way to one of Twenty is kept as a conflict',
    sql: [
      {
        file: 'snapshots/merge_snapshots.sql',
        find: "when d.left_out <> '{}' and d.merged",
        replace: 'when false and d.merged',
      },
    ],
    directed: DIRECTED.leftOutThenTaken,
  },
  {
    name: 'an unheard create has sent everything',
    rule: 'A blank in a person whose creation was not heard of erases nothing here',
    sql: [
      {
        file: 'snapshots/arrived_values.sql',
        find: " and (p_stated -> e.key) is distinct from 'null'), '{}')",
        replace: "), '{}')",
      },
    ],
    directed: DIRECTED.createdWithout,
  },
  {
    name: 'a blank of an unheard create is overruled untold',
    rule: 'A blank that somebody may have made in a person whose creation was not heard of is kept as a conflict',
    sql: [
      {
        file: 'snapshots/merge_snapshots.sql',
        find: 'when d.created and d.remote_updated_at > d.remote_created_at',
        replace: 'when false',
      },
    ],
    directed: DIRECTED.createdAndBlanked,
  },
  {
    name: 'conflicts leave no trace',
    rule: 'Loser, winner and both values of a conflict are kept',
    sql: [{ file: 'merge/merge_lead.sql', find: 'if v_reason is not null then', replace: 'if false then' }],
  },
  {
    name: 'a lead that won a conflict may look unchanged',
    rule: 'When the lead wins a conflict, its edit counts as made on top of what Twenty has',
    sql: [
      {
        file: 'merge/merge_lead.sql',
        find: `      v_base_local := v_remote;
    elsif v_equal`,
        replace: `      null;
    elsif v_equal`,
      },
    ],
    directed: DIRECTED.wonAndSetBack,
  },
];
