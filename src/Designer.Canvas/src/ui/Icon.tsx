import { icons } from "./icons.generated";

/** A Lucide icon by name; an unknown name shows a box, so that a node type with a newer icon still has a face. */
export function Icon({ name, size = 16, className }: { name: string; size?: number; className?: string }) {
  return (
    <svg className={`icon${className ? ` ${className}` : ""}`} width={size} height={size} viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth={1.75}
      strokeLinecap="round" strokeLinejoin="round" aria-hidden="true" dangerouslySetInnerHTML={{ __html: icons[name] ?? icons["box"]! }} />
  );
}
