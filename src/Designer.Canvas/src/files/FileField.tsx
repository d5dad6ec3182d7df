import { useRef, useState, useSyncExternalStore, type DragEvent } from "react";
import { strings } from "../strings";
import { Icon } from "../ui/Icon";
import type { InputField } from "../run/inputs";
import { useRun, useRunStore } from "../run/useRun";
import { acceptOf, filesOfText, isFileList, sizeText, textOfFiles } from "./files";
import "./files.css";

/** An input that takes files: chosen or dropped, uploaded at once, shown with their progress. */
export function FileField({ field, id, error, describedBy }: { field: InputField; id: string; error: boolean; describedBy: string | undefined }) {
  const { choose, chooser, isOver, drop } = useFileDrop(field);
  const words = strings.files;
  return (
    <div className={`file-field${error ? " bad" : ""}${isOver ? " over" : ""}`} data-testid={`input-${field.name}`} {...drop}>
      <FileChips field={field} />
      <button id={id} type="button" className="file-choose" aria-invalid={error} aria-describedby={describedBy} onClick={choose}>
        <Icon name="upload" size={14} />{isFileList(field.type) ? words.chooseMany : words.choose}
      </button>
      {chooser}
    </div>
  );
}

/** The paper clip of a chat: the first input that takes files. */
export function AttachButton({ field }: { field: InputField }) {
  const { choose, chooser } = useFileDrop(field);
  return <><button type="button" className="icb small" aria-label={strings.files.attach(field.name)} title={strings.files.attach(field.name)} data-testid="chat-attach" onClick={choose}><Icon name="paperclip" size={15} /></button>{chooser}</>;
}

/** What an input holds and what is on its way there. */
export function FileChips({ field }: { field: InputField }) {
  const run = useRunStore();
  const text = useRun(view => view.texts[field.name] ?? "");
  const uploads = useSyncExternalStore(run.uploads.subscribe, run.uploads.state).filter(upload => upload.field === field.name);
  const files = filesOfText(text);
  const words = strings.files;
  if (files.length + uploads.length === 0) return null;
  return (
    <ul className="file-chips" aria-label={field.name}>
      {files.map((file, i) => (
        <li key={`${file.id}${i}`} className="file-chip" data-testid="file-chip">
          <Icon name={file.mediaType.startsWith("image/") ? "image" : "file-text"} size={14} /><span className="name" title={file.name}>{file.name}</span><span className="dim">{sizeText(file.size)}</span>
          <button type="button" className="icb small" aria-label={words.remove(file.name)} title={words.remove(file.name)} onClick={() => run.setText(field.name, textOfFiles(field.type, files.filter((_, other) => other !== i)))}><Icon name="x" size={12} /></button>
        </li>
      ))}
      {uploads.map(upload => (
        <li key={upload.key} className={`file-chip${upload.failed ? " failed" : ""}`} data-testid="file-upload">
          <Icon name={upload.failed ? "circle-x" : "upload"} size={14} /><span className="name" title={upload.name}>{upload.name}</span>
          {upload.failed ? <span className="why" role="alert">{upload.failed}</span> : <progress value={upload.share} aria-label={words.uploading(upload.name)} />}
          {upload.failed && <button type="button" className="icb small" aria-label={strings.run.dismiss} title={strings.run.dismiss} onClick={() => run.uploads.dismiss(upload.key)}><Icon name="x" size={12} /></button>}
        </li>
      ))}
    </ul>
  );
}

/** Choosing and dropping, for whatever stands for the input. */
export function useFileDrop(field: InputField | undefined) {
  const run = useRunStore();
  const box = useRef<HTMLInputElement>(null);
  const [isOver, setOver] = useState(false);
  const take = (files: FileList | null) => { if (field && files?.length) void run.uploads.add(field.name, field.type, [...files]); };
  const holdsFiles = (event: DragEvent) => field !== undefined && event.dataTransfer.types.includes("Files");
  const drop = {
    onDragOver: (event: DragEvent) => { if (holdsFiles(event)) { event.preventDefault(); setOver(true); } },
    onDragLeave: () => setOver(false),
    onDrop: (event: DragEvent) => { if (holdsFiles(event)) { event.preventDefault(); setOver(false); take(event.dataTransfer.files); } },
  };
  const chooser = field && (
    <input ref={box} type="file" hidden tabIndex={-1} multiple={isFileList(field.type)} accept={acceptOf(field.type)} aria-label={field.name} data-testid={`chooser-${field.name}`}
      onChange={event => { take(event.target.files); event.target.value = ""; }} />
  );
  return { choose: () => box.current?.click(), chooser, isOver, drop };
}
