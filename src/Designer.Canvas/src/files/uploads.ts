// Files on their way to the server, by input. They go on when the panel is closed; a run waits until they have arrived.
import { HttpProblem, problemOf } from "../run/problem";
import { strings } from "../strings";
import { asFile, isFileList, type FileValue } from "./files";

export interface Upload { key: number; field: string; name: string; /** 0 to 1. */ share: number; failed?: string }

export class Uploads {
  private all: readonly Upload[] = [];
  private readonly listeners = new Set<() => void>();
  private next = 1;

  constructor(private readonly url: string, private readonly arrived: (field: string, type: string, file: FileValue) => void, private readonly send = sendFile) {}

  readonly state = (): readonly Upload[] => this.all;
  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  isUnderWay(field: string): boolean { return this.all.some(upload => upload.field === field && upload.failed === undefined); }

  /** Of several files for an input that takes one, the first is meant. */
  async add(field: string, type: string, files: readonly File[]): Promise<void> {
    this.set(this.all.filter(upload => upload.field !== field || upload.failed === undefined));
    // All at once, but they arrive in the order in which they were chosen.
    let before = Promise.resolve();
    for (const file of isFileList(type) ? files : files.slice(0, 1)) before = this.one(field, type, file, before);
    await before;
  }

  dismiss(key: number): void { this.set(this.all.filter(upload => upload.key !== key)); }

  private async one(field: string, type: string, file: File, before: Promise<void>): Promise<void> {
    const key = this.next++;
    this.set([...this.all, { key, field, name: file.name, share: 0 }]);
    try {
      const sent = await this.send(`${this.url}?name=${encodeURIComponent(file.name)}`, file, share => this.change(key, { share }));
      await before;
      this.dismiss(key);
      this.arrived(field, type, sent);
    } catch (error) {
      this.change(key, { failed: error instanceof Error ? error.message : strings.run.unreachable });
      await before;
    }
  }

  private change(key: number, change: Partial<Upload>): void { this.set(this.all.map(upload => (upload.key === key ? { ...upload, ...change } : upload))); }

  private set(all: readonly Upload[]): void {
    this.all = all;
    for (const listener of this.listeners) listener();
  }
}

// fetch does not tell how far an upload has come.
function sendFile(url: string, file: File, onShare: (share: number) => void): Promise<FileValue> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", url);
    request.setRequestHeader("content-type", "application/octet-stream");
    request.upload.onprogress = event => { if (event.lengthComputable) onShare(event.loaded / event.total); };
    request.onerror = () => reject(new HttpProblem(0, strings.run.unreachable, undefined, []));
    request.onload = () => {
      const response = new Response(request.responseText, { status: request.status, statusText: request.statusText });
      if (!response.ok) { void problemOf(response).then(reject); return; }
      void response.json().then(json => { const sent = asFile(json); if (sent) resolve(sent); else reject(new HttpProblem(0, strings.run.unreachable, undefined, [])); }, reject);
    };
    request.send(file);
  });
}
