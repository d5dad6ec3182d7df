import ELK from "elkjs/lib/elk-api";
import { fitting } from "../kernel/session";
import { planTidy, type Arrange } from "../kernel/layout";
import type { EditorStore } from "../store";
import { strings } from "../strings";

let elk: InstanceType<typeof ELK> | undefined;
let isArranging = false;

/** The layout is 1.6 MB of code and takes its time with large flows: it is loaded when it is asked for, and works beside the page. */
const arrange: Arrange = (graph) => {
  elk ??= new ELK({ workerFactory: () => new Worker(new URL("elk-worker.js", import.meta.url)) });
  return elk.layout(graph);
};

/** Tidies the flow in one undoable step. What others did meanwhile stays; parts that went are left out. */
export async function tidy(store: EditorStore): Promise<void> {
  if (isArranging || !store.state().canEdit) return;
  isArranging = true;
  try {
    const { document, nodeTypes } = store.state();
    const ops = await planTidy(document, nodeTypes, arrange);
    if (store.commit(fitting(store.state().document, ops), strings.steps.tidy)) requestAnimationFrame(() => store.fit());
  } catch {
    elk?.terminateWorker();
    elk = undefined;
    store.toast(strings.canvas.tidyFailed, "error");
  } finally {
    isArranging = false;
  }
}
