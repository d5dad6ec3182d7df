import type { Json } from "../contract";
import { strings } from "../strings";
import { Icon } from "../ui/Icon";
import { shownText } from "../ui/shownText";
import { useRun, useRunStore } from "../run/useRun";
import { filesIn, isImage, isVideo, sizeText, type FileValue, type LargePart } from "./files";
import "./files.css";

/** The files of a run's value: name, size, to be saved. Pictures are small; where they are the result, pictures and films are shown in full. */
export function FileList({ value, asResult = false, of }: { value: Json | undefined; asResult?: boolean; /** The run, where it is not the shown one. */ of?: string }) {
  const run = useRunStore();
  const shown = useRun(view => view.model?.runId);
  const runId = of ?? shown;
  const files = filesIn(value);
  if (files.length === 0 || runId === undefined) return null;
  return (
    <ul className="run-files" aria-label={strings.files.files}>
      {files.map(file => {
        const url = run.fileUrl(runId, file);
        return (
          <li key={`${file.id}${file.name}`} data-testid="run-file" className={asResult && (isImage(file) || isVideo(file)) ? "shown" : undefined}>
            <Face file={file} url={url} asResult={asResult} />
            <span className="name" title={file.name}>{file.name}</span><span className="dim">{sizeText(file.size)}</span>
            <a className="icb small" href={url} download={file.name} aria-label={strings.files.download(file.name)} title={strings.files.download(file.name)}><Icon name="download" size={14} /></a>
          </li>
        );
      })}
    </ul>
  );
}

function Face({ file, url, asResult }: { file: FileValue; url: string; asResult: boolean }) {
  if (isImage(file)) return <img src={url} alt={file.name} loading="lazy" />;
  if (isVideo(file) && asResult) return <video src={url} aria-label={file.name} controls preload="metadata" />;
  return <Icon name={isVideo(file) ? "play" : "file-text"} size={15} />;
}

/** The beginning of a value that is too large to show, and a link to the whole. */
export function LargeView({ part, member }: { part: LargePart; member: LargeMember }) {
  return (
    <div className="json" data-testid={`large-${member}`}>
      <div className="json-line"><span className="json-text">{shownText(part.value.preview)} …</span></div>
      <LargeLink part={part} member={member} />
    </div>
  );
}

type LargeMember = "inputs" | "outputs" | "output";

/** Saves the whole of a value of which the beginning is shown. */
export function LargeLink({ part, member }: { part: LargePart; member: LargeMember }) {
  const run = useRunStore();
  const runId = useRun(view => view.model?.runId);
  if (runId === undefined) return null;
  return <a className="large-link" href={run.valueUrl(runId, part.seq, member)} download data-testid={`save-${member}`}><Icon name="download" size={13} />{strings.files.whole(sizeText(part.value.size))}</a>;
}

/** A run's output that is too large to show: the link below the text that it begins with, or the beginning of all its values. */
export function LargeOutput({ part, hasText }: { part: LargePart; hasText: boolean }) {
  return hasText ? <LargeLink part={part} member="output" /> : <LargeView part={part} member="output" />;
}
