// What every field of a node's form may need, apart from its own setting.
import { createContext, useContext } from "react";
import type { Problem } from "../contract";
import type { Lookup } from "./lookup";

export interface FormContext { nodeId: string; problems: readonly Problem[]; canEdit: boolean; lookup: Lookup }
export const FormContextValue = createContext<FormContext | undefined>(undefined);

export function useForm(): FormContext {
  const form = useContext(FormContextValue);
  if (!form) throw new Error("No form above this field.");
  return form;
}
