// Files in values: what they look like, where they stand, and how a field keeps them as text.
import type { Json, LargeValue } from "../contract";

export interface FileValue { id: string; name: string; mediaType: string; size: number }

const idPattern = /^[0-9a-f]{64}$/;
const mostShown = 50;

export const isFileType = (type: string): boolean => type === "file" || type === "image" || isFileList(type);
export const isFileList = (type: string): boolean => type === "array<file>" || type === "array<image>";
export const isImage = (file: FileValue): boolean => file.mediaType.startsWith("image/");
export const isVideo = (file: FileValue): boolean => file.mediaType.startsWith("video/");
/** What a browser's file chooser should offer. */
export const acceptOf = (type: string): string | undefined => (type.includes("image") ? "image/png,image/jpeg,image/gif,image/webp" : undefined);

const previewPattern = /^data:image\/(png|jpeg|webp|gif);base64,[A-Za-z0-9+/=]+$/;

/** A picture on its way, as an address that can only be one. */
export const asPreview = (text: string | undefined): string | undefined => (text !== undefined && previewPattern.test(text) ? text : undefined);

export function asFile(value: Json | undefined): FileValue | undefined {
  if (!value || typeof value !== "object" || Array.isArray(value)) return undefined;
  const { id, name, mediaType, size } = value;
  return typeof id === "string" && idPattern.test(id) && typeof name === "string" && typeof mediaType === "string" && typeof size === "number" ? { id, name, mediaType, size } : undefined;
}

/** The files anywhere in a value, each once. */
export function filesIn(value: Json | undefined): FileValue[] {
  const found = new Map<string, FileValue>();
  const look = (part: Json | undefined): void => {
    if (found.size >= mostShown || !part || typeof part !== "object") return;
    const file = asFile(part);
    if (file) found.set(`${file.id} ${file.name}`, file);
    else for (const inner of Object.values(part)) look(inner);
  };
  look(value);
  return [...found.values()];
}

/** The files that a field's text stands for; the text is JSON, as of every other value. */
export function filesOfText(text: string): FileValue[] {
  try { return filesIn(JSON.parse(text) as Json); } catch { return []; }
}

export function textOfFiles(type: string, files: readonly FileValue[]): string {
  if (files.length === 0) return "";
  return JSON.stringify(isFileList(type) ? files : files.at(-1));
}

export function sizeText(bytes: number): string {
  const units = ["B", "KB", "MB", "GB"];
  let size = bytes, unit = 0;
  while (size >= 1024 && unit < units.length - 1) { size /= 1024; unit++; }
  return `${size >= 10 || unit === 0 ? Math.round(size) : size.toFixed(1)} ${units[unit]}`;
}

/** A value that the trace has as a preview, and the event that holds it. */
export interface LargePart { seq: number; value: LargeValue }
