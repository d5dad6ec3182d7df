import type { Position } from "../contract";

export const noMoves: ReadonlyMap<string, Position> = new Map();

/**
 * Where dragged nodes stand while the flow is seen from far. Outside React's state: there a thousand faces and React Flow's own lists would be
 * gone through at every move of the pointer, for the sake of a few.
 */
export class FarDrag {
  moved = noMoves;
  private readonly listeners = new Set<() => void>();

  move(moved: ReadonlyMap<string, Position>): void {
    this.moved = moved;
    for (const listener of this.listeners) listener();
  }

  end(): void { if (this.moved.size > 0) this.move(noMoves); }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}
