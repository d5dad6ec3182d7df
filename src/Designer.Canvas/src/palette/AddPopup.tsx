import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import type { Position } from "../contract";
import { addNode } from "../canvas/actions";
import { planConnect } from "../kernel/plan";
import { strings } from "../strings";
import { useEditor, useStore, type AddRequest } from "../store";
import { Icon } from "../ui/Icon";
import { toggleFavourite, useUsedTypes } from "./favourites";
import { entriesFor, type Entry } from "./items";
import { ExistingItem, PaletteItem } from "./PaletteItem";

/** The list that opens by `A`, a double click, a port, a wire's end or its plus. Search first, arrows choose, Enter adds. */
export function AddPopup({ centre }: { centre: () => Position }) {
  const request = useEditor((view) => view.add);
  if (!request) return null;
  return <AddList key={JSON.stringify(request)} request={request} centre={centre} />;
}

function AddList({ request, centre }: { request: AddRequest; centre: () => Position }) {
  const store = useStore();
  const document = useEditor((view) => view.document);
  const [query, setQuery] = useState("");
  const [active, setActive] = useState(0);
  const box = useRef<HTMLDivElement>(null);
  const place = usePlace(box, request);
  const used = useUsedTypes();
  const groups = useMemo(() => entriesFor(store.state(), request, query), [store, document, request, query, used]);
  const found = groups.flatMap((group) => group.entries);
  useEffect(() => { box.current?.querySelector(`[data-index="${active}"]`)?.scrollIntoView({ block: "nearest" }); }, [active]);

  const close = (): void => store.set({ add: undefined });
  const choose = (entry: Entry): void => {
    close();
    if (entry.kind === "type") addNode(store, entry.type, request, centre());
    else {
      const view = store.state();
      if (store.commit(planConnect(view.document, view.nodeTypes, entry.from, entry.to), strings.steps.connect)) store.reveal(entry.node.id);
    }
  };
  const onKey = (event: React.KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return; // the keys are the input method's
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      setActive((at) => (found.length === 0 ? 0 : (at + (event.key === "ArrowDown" ? 1 : -1) + found.length) % found.length));
    } else if (event.key === "Enter" && found[active]) { event.preventDefault(); choose(found[active]); }
    else if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "b" && found[active]?.kind === "type") { event.preventDefault(); toggleFavourite(found[active].type.type); }
    else if (event.key === "Escape") { event.preventDefault(); event.stopPropagation(); close(); }
  };
  const wired = request.from ?? request.to;
  let index = 0;
  return (
    <>
      <div className="veil" onPointerDown={close} />
      <div className="add-list" role="dialog" aria-label={strings.palette.addNode} ref={box} style={{ position: "fixed", left: place?.left ?? 0, top: place?.top ?? 0, opacity: place ? 1 : 0 }} onKeyDown={onKey}>
        <div className="search"><Icon name="search" size={15} />
          <input autoFocus aria-label={strings.palette.search} placeholder={wired ? strings.palette.fits : strings.palette.search} value={query} role="combobox" aria-expanded="true" aria-controls="add-list-items"
            aria-autocomplete="list" aria-activedescendant={found[active]?.id} onChange={(event) => { setQuery(event.target.value); setActive(0); }} />
        </div>
        {found.length === 0 && <p className="quiet">{query === "" ? strings.palette.nothingFits : strings.palette.noneHolds(query)}</p>}
        <div className="add-items" id="add-list-items" role="listbox" aria-label={strings.palette.types} hidden={found.length === 0}>
          {groups.map((group) => (
            <div key={group.words} role="group" aria-label={group.words}>
              {group.words !== "" && <div className="group-name" aria-hidden="true">{group.words}</div>}
              {group.entries.map((entry) => {
                const at = index++;
                const shared = { index: at, active: at === active, onHover: () => setActive(at), onChoose: () => choose(entry) };
                return entry.kind === "type"
                  ? <PaletteItem key={entry.id} id={entry.id} type={entry.type} described={query !== "" || at === active} {...shared} />
                  : <ExistingItem key={entry.id} id={entry.id} node={entry.node} port={request.from ? entry.to.port : entry.from.port} {...shared} />;
              })}
            </div>
          ))}
        </div>
      </div>
    </>
  );
}

/** Where the list was asked for, but wholly inside the window. Until it is known the list is transparent, not hidden: what is hidden takes no focus. */
function usePlace(box: React.RefObject<HTMLDivElement | null>, request: AddRequest): { left: number; top: number } | undefined {
  const [place, setPlace] = useState<{ left: number; top: number }>();
  useLayoutEffect(() => {
    const size = box.current!.getBoundingClientRect();
    const stage = box.current!.closest(".stage")!.getBoundingClientRect();
    const at = request.client ?? { x: (stage.left + stage.right - size.width) / 2, y: stage.top + Math.max(12, stage.height / 2 - 240) };
    setPlace({ left: Math.max(8, Math.min(at.x, innerWidth - size.width - 8)), top: Math.max(8, Math.min(at.y, innerHeight - size.height - 8)) });
  }, [box, request]);
  return place;
}
