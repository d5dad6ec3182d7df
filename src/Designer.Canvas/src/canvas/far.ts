import { createContext } from "react";

/** Below this zoom, faces show tile and colour only. */
export const farZoom = 0.3;
export const FarContext = createContext(false);
