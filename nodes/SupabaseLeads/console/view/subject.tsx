import { words } from './format';
import { Person } from './lead';

interface Row {
  lead_id: string;
  /** What Twenty calls it; null: a lead. */
  object?: string | null;
  lead_name: string | null;
  email: string | null;
}

/** Whose conflict or dead letter it is: a lead's, with a way there, or another row's, with what that is. */
export function Subject({ row: { lead_id, object, lead_name, email } }: { row: Row }) {
  if (!object) return <Person id={lead_id} name={lead_name} email={email} />;
  return (
    <>
      {lead_name || 'Unnamed'}
      <div class="muted small">{words(object)}</div>
    </>
  );
}
