import { useEditor } from "../store";

export function RunPanel() {
  const running = useEditor((view) => view.run.active);
  return <div className="run-panel">{running ? "Running" : "Run"}</div>;
}
