// What this browser tab knows of a shared document: what the server confirmed, and what is still on its way there.
import type { Command, FlowDocument, Op } from "../contract";
import { applyAll, RefusedOp } from "./apply";

export interface Session {
  /** As the server has it, after the commands it confirmed. */
  confirmed: FlowDocument;
  revision: number;
  /** Own commands in order, not confirmed yet. */
  pending: readonly Command[];
  /** `confirmed` with the pending commands on top: what is drawn. */
  document: FlowDocument;
}

/** A pending command as it was put on the document; no inverse where it does not fit at present. */
export interface Placed { command: Command; inverse: Op[] | undefined }
export interface Rebased { session: Session; placed: readonly Placed[] }

export const openSession = (document: FlowDocument, revision: number, pending: readonly Command[] = []): Rebased =>
  rebase({ confirmed: document, revision, pending, document });

/** Adds an own command; throws RefusedOp when it does not fit the document. */
export function addOwn(session: Session, command: Command): { session: Session; inverse: Op[] } {
  const { doc, inverse } = applyAll(session.document, command.ops);
  return { session: { ...session, document: doc, pending: [...session.pending, command] }, inverse };
}

/** The server took an own command. */
export function confirmOwn(session: Session, id: string, revision: number): Session {
  const command = session.pending.find((c) => c.id === id);
  if (!command) return session;
  const pending = session.pending.filter((c) => c !== command);
  const confirmed = tryApply(session.confirmed, command.ops)?.doc ?? session.confirmed;
  return { ...session, confirmed, pending, revision: Math.max(session.revision, revision) };
}

/** Somebody else's command: it goes below the own pending ones. Throws RefusedOp when something was missed before it. */
export function addForeign(session: Session, command: { id: string; revision: number; ops: readonly Op[] }): Session {
  if (session.pending.some((c) => c.id === command.id)) return session;
  const { doc } = applyAll(session.confirmed, command.ops);
  return rebase({ ...session, confirmed: doc, revision: Math.max(session.revision, command.revision) }).session;
}

/** The pending commands as one: how they are offered when the host asks which side counts. */
export function combined(session: Session): Session {
  const [first, ...rest] = session.pending;
  if (!first || rest.length === 0) return session;
  const { kind: _, ...edit } = first;
  return { ...session, pending: [{ ...edit, baseRevision: Math.min(...session.pending.map((command) => command.baseRevision)), ops: session.pending.flatMap((command) => command.ops) }] };
}

/** A command that does not fit now is not drawn, but stays pending: the host merges it with what the others did. */
function rebase(session: Session): Rebased {
  let document = session.confirmed;
  const placed = session.pending.map((command): Placed => {
    const applied = tryApply(document, command.ops);
    if (applied) document = applied.doc;
    return { command, inverse: applied?.inverse };
  });
  return { session: { ...session, document }, placed };
}

function tryApply(doc: FlowDocument, ops: readonly Op[]): { doc: FlowDocument; inverse: Op[] } | undefined {
  try { return applyAll(doc, ops); }
  catch (error) {
    if (error instanceof RefusedOp) return undefined;
    throw error;
  }
}

/** Those of the operations that fit, one after the other. */
export function fitting(doc: FlowDocument, ops: readonly Op[]): Op[] {
  return ops.filter((op) => {
    const applied = tryApply(doc, [op]);
    if (applied) doc = applied.doc;
    return applied !== undefined;
  });
}
