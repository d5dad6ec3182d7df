import { Icon } from "./Icon";

/** A button that shows an icon only; its label is its name and its tooltip. */
export function IconButton({ icon, label, onClick, pressed, size = 16, className }: {
  icon: string; label: string; onClick: (event: React.MouseEvent) => void; pressed?: boolean; size?: number; className?: string;
}) {
  return (
    <button type="button" className={`icon-button${className ? ` ${className}` : ""}`} aria-label={label} title={label} aria-pressed={pressed} onClick={onClick}><Icon name={icon} size={size} /></button>
  );
}
