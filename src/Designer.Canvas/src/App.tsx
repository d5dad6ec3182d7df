import { useEditor } from "./store";
import { Inspector } from "./inspector/Inspector";
import { RunPanel } from "./run/RunPanel";

export function App() {
  const status = useEditor((view) => view.status);
  const runOpen = useEditor((view) => view.runOpen);
  return (
    <div className="dz" data-status={status}>
      <div className="rail" />
      <main className="stage">{runOpen && <section className="drawer"><RunPanel /></section>}</main>
      <aside className="side"><Inspector /></aside>
    </div>
  );
}
