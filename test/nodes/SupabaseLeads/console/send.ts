import { act, type Acted } from '../../../../nodes/SupabaseLeads/console/frame/answer';
import { unpackNotice, type Notice } from '../../../../nodes/SupabaseLeads/console/frame/signed';
import { BUSY, deskOf, named, textOf, type Answers, type Heard } from './sample';

export const ID = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

interface Came {
  acted: Acted;
  heard: Heard[];
  /** Where the browser goes, without the notice. */
  to: string | null;
  notice: Notice | null;
  /** What it asks, or shows again. */
  asked: string;
}

/** What becomes of a form of a page. */
export async function send(
  page: string,
  action: string,
  form: Record<string, unknown>,
  answers: Answers = {},
): Promise<Came> {
  const desk = deskOf({ ...BUSY, ...answers });
  const acted = await act(desk, action, named(page).actions![action], { page, action, back: `?page=${page}`, ...form });
  if ('preview' in acted) {
    return { acted, heard: desk.heard, to: null, notice: null, asked: textOf(acted.preview.html) };
  }
  const [to, packed] = acted.location.split('&notice=');
  return { acted, heard: desk.heard, to, notice: unpackNotice(packed, desk.key, desk.now), asked: '' };
}
