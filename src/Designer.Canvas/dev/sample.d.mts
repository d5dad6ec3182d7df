export const document: unknown;
export const nodeTypes: unknown[];
export const problems: unknown[];
export const options: unknown;
