// How a value's type looks, wherever values are named: an icon, and a colour that says nothing alone.
const faces: Record<string, { icon: string; colour: string }> = {
  string: { icon: "type", colour: "var(--tool)" }, number: { icon: "hash", colour: "var(--model)" }, integer: { icon: "hash", colour: "var(--model)" }, boolean: { icon: "toggle-left", colour: "var(--agent)" },
  object: { icon: "braces", colour: "var(--human)" }, array: { icon: "list", colour: "var(--know)" }, file: { icon: "file", colour: "var(--logic)" }, image: { icon: "image", colour: "var(--agent)" },
  message: { icon: "message-square", colour: "var(--safe)" }, document: { icon: "file-text", colour: "var(--ok)" }, chunk: { icon: "file-text", colour: "var(--ok)" }, any: { icon: "circle", colour: "var(--ink3)" },
};
const faceOf = (type: string): { icon: string; colour: string } => faces[type.startsWith("array") ? "array" : type] ?? faces["any"]!;

export const typeIcon = (type: string): string => faceOf(type).icon;
export const typeColour = (type: string): string => faceOf(type).colour;
