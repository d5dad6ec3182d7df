import { ViewportPortal } from "@xyflow/react";
import type { Guide } from "../kernel/guides";

/** Lines along which the dragged node stands with others. */
export function Guides({ guides }: { guides: readonly Guide[] }) {
  if (guides.length === 0) return null;
  return (
    <ViewportPortal>
      <svg className="guides" aria-hidden="true" data-testid="guides">
        {guides.map((guide) => (guide.axis === "x"
          ? <path key={`x${guide.at}`} d={`M${guide.at} ${guide.from - 12}V${guide.to + 12}`} />
          : <path key={`y${guide.at}`} d={`M${guide.from - 12} ${guide.at}H${guide.to + 12}`} />))}
      </svg>
    </ViewportPortal>
  );
}
