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

export interface Rebased { session: Session; dropped: readonly Command[] }

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
  const confirmed = tryApply(session.confirmed, command.ops) ?? session.confirmed;
  return { ...session, confirmed, pending, revision: Math.max(session.revision, revision) };
}

/** Somebody else's command: it goes below the own pending ones; those that no longer fit are dropped. */
export function addForeign(session: Session, command: { id: string; revision: number; ops: readonly Op[] }): Rebased {
  if (session.pending.some((c) => c.id === command.id)) return { session, dropped: [] };
  const { doc } = applyAll(session.confirmed, command.ops);
  return rebase({ ...session, confirmed: doc, revision: Math.max(session.revision, command.revision) });
}

function rebase(session: Session): Rebased {
  let document = session.confirmed;
  const kept: Command[] = [];
  const dropped: Command[] = [];
  for (const command of session.pending) {
    const next = tryApply(document, command.ops);
    if (next) { document = next; kept.push(command); }
    else dropped.push(command);
  }
  return { session: { ...session, document, pending: kept }, dropped };
}

function tryApply(doc: FlowDocument, ops: readonly Op[]): FlowDocument | undefined {
  try { return applyAll(doc, ops).doc; }
  catch (error) {
    if (error instanceof RefusedOp) return undefined;
    throw error;
  }
}
