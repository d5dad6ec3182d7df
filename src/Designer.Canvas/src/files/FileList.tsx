import type { Json } from "../contract";
import { strings } from "../strings";
import { Icon } from "../ui/Icon";
import { shownText } from "../ui/shownText";
import { useRun, useRunStore } from "../run/useRun";
import { filesIn, isImage, sizeText, type LargePart } from "./files";
import "./files.css";

/** The files of a run's value: name, size, to be saved; pictures small. */
export function FileList({ value }: { value: Json | undefined }) {
  const run = useRunStore();
  const runId = useRun(view => view.model?.runId);
  const files = filesIn(value);
  if (files.length === 0 || runId === undefined) return null;
  return (
    <ul className="run-files" aria-label={strings.files.files}>
      {files.map(file => {
        const url = run.fileUrl(runId, file);
        return (
          <li key={`${file.id}${file.name}`} data-testid="run-file">
            {isImage(file) ? <img src={url} alt={file.name} loading="lazy" /> : <Icon name="file-text" size={15} />}
            <span className="name" title={file.name}>{file.name}</span><span className="dim">{sizeText(file.size)}</span>
            <a className="icb small" href={url} download={file.name} aria-label={strings.files.download(file.name)} title={strings.files.download(file.name)}><Icon name="download" size={14} /></a>
          </li>
        );
      })}
    </ul>
  );
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
