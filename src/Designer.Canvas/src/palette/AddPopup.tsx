import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import type { NodeDescriptor, Position } from "../contract";
import { addNode } from "../canvas/actions";
import { useEditor, useStore, type AddRequest } from "../store";
import { Icon } from "../ui/Icon";
import { fittingTypes, groups, searchTypes } from "./items";
import { PaletteItem } from "./PaletteItem";
import { strings } from "../strings";

/** The list of node types that opens by `A`, a double click, a port, a wire's end or its plus. Search first, arrows choose, Enter adds. */
export function AddPopup({ centre }: { centre: () => Position }) {
  const request = useEditor((view) => view.add);
  if (!request) return null;
  return <AddList key={JSON.stringify(request)} request={request} centre={centre} />;
}

function AddList({ request, centre }: { request: AddRequest; centre: () => Position }) {
  const store = useStore();
  const view = useEditor((state) => state);
  const [query, setQuery] = useState("");
  const [active, setActive] = useState(0);
  const box = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState<{ left: number; top: number }>();
  const fitting = useMemo(() => fittingTypes(view, request), [view.nodeTypes, view.document, request]);
  const found = useMemo(() => (query ? searchTypes(fitting, query) : groups.flatMap(({ group }) => fitting.filter((type) => type.group === group))), [fitting, query]);

  useLayoutEffect(() => {
    const size = box.current!.getBoundingClientRect();
    const stage = box.current!.closest(".stage")!.getBoundingClientRect();
    const at = request.client ?? { x: (stage.left + stage.right - size.width) / 2, y: stage.top + Math.max(12, stage.height / 2 - 240) };
    setPlace({ left: Math.max(8, Math.min(at.x, innerWidth - size.width - 8)), top: Math.max(8, Math.min(at.y, innerHeight - size.height - 8)) });
  }, [request]);
  useEffect(() => { box.current?.querySelector(`[data-index="${active}"]`)?.scrollIntoView({ block: "nearest" }); }, [active]);

  const close = (): void => store.set({ add: undefined });
  const choose = (type: NodeDescriptor): void => {
    close();
    addNode(store, type, request, centre());
    document.querySelector<HTMLElement>(".dz .react-flow")?.focus({ preventScroll: true });
  };
  const onKey = (event: React.KeyboardEvent): void => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      setActive((at) => (found.length === 0 ? 0 : (at + (event.key === "ArrowDown" ? 1 : -1) + found.length) % found.length));
    } else if (event.key === "Enter" && found[active]) { event.preventDefault(); choose(found[active]); }
    else if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); close(); }
  };
  const headed = query === "";
  const from = request.from ?? request.to;
  return (
    <>
      <div className="veil" onPointerDown={close} />
      <div className="add-list" role="dialog" aria-label={strings.palette.addNode} ref={box} style={{ position: "fixed", left: place?.left ?? 0, top: place?.top ?? 0, visibility: place ? "visible" : "hidden" }} onKeyDown={onKey}>
        <div className="search"><Icon name="search" size={15} />
          <input autoFocus aria-label={strings.palette.search} placeholder={from ? strings.palette.fits : strings.palette.search} value={query} role="combobox" aria-expanded="true" aria-controls="add-list-items" aria-autocomplete="list"
            aria-activedescendant={found[active] ? `add-${found[active].type}` : undefined} onChange={(event) => { setQuery(event.target.value); setActive(0); }} />
        </div>
        <div className="add-items" id="add-list-items" role="listbox" aria-label={strings.palette.types}>
          {found.length === 0 && <p className="quiet">{fitting.length === 0 ? strings.palette.nothingFits : strings.palette.noneHolds(query)}</p>}
          {found.map((type, i) => (
            <div key={type.type}>
              {headed && found[i - 1]?.group !== type.group && <h3>{strings.palette.groups[type.group]}</h3>}
              <PaletteItem type={type} index={i} active={i === active} described={!headed || i === active} onHover={() => setActive(i)} onChoose={() => choose(type)} />
            </div>
          ))}
        </div>
      </div>
    </>
  );
}
