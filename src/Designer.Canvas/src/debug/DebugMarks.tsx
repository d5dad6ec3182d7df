import { useEditor } from "../store";
import { strings } from "../strings";
import { Icon } from "../ui/Icon";

/** On a node's face: its outputs are pinned, runs of the draft stop before it. */
export function DebugMarks({ nodeId }: { nodeId: string }) {
  const pinned = useEditor((view) => view.debugging.pins.has(nodeId));
  const stops = useEditor((view) => view.debugging.breakpoints.has(nodeId));
  if (!pinned && !stops) return null;
  return (
    <span className="debug-marks">
      {stops && <span className="debug-mark stop" role="img" aria-label={strings.debug.breakpoint} title={strings.debug.breakpoint} data-testid={`breakpoint-${nodeId}`}><Icon name="octagon-pause" size={12} /></span>}
      {pinned && <span className="debug-mark" role="img" aria-label={strings.debug.pinned} title={strings.debug.pinned} data-testid={`pin-${nodeId}`}><Icon name="pin" size={12} /></span>}
    </span>
  );
}
