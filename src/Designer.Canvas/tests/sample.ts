// One document and its node types for all tests, the same that the development page shows.
import type { FlowDocument, NodeDescriptor } from "../src/contract";
import { document, nodeTypes } from "../dev/sample.mjs";

export const sample = (): FlowDocument => structuredClone(document) as FlowDocument;
export const types: ReadonlyMap<string, NodeDescriptor> = new Map((nodeTypes as NodeDescriptor[]).map((type) => [type.type, type]));
