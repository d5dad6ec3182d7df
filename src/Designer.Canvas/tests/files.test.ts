import { describe, expect, it, vi } from "vitest";
import { filesIn, filesOfText, sizeText, textOfFiles, type FileValue } from "../src/files/files";
import { Uploads } from "../src/files/uploads";
import { attachmentInput, readInputs, type InputField } from "../src/run/inputs";
import { emptyRun, reduceAll } from "../src/run/runModel";

const file = (n: number, name = `f${n}.txt`): FileValue => ({ id: String(n).padStart(64, "0"), name, mediaType: "text/plain", size: n });
const field = (name: string, type: string, required = false): InputField => ({ name, type, required });

describe("files in values", () => {
  it("are found wherever they stand, each once", () => {
    expect(filesIn({ a: [file(1), { deep: file(2) }], b: file(1), c: "text", d: null } as never).map(f => f.name)).toEqual(["f1.txt", "f2.txt"]);
  });
  it("are files only with an id of the store", () => expect(filesIn({ id: "../../x", name: "a", mediaType: "text/html", size: 1 })).toEqual([]));
  it("are kept by a field as the JSON that a run takes", () => {
    expect(filesOfText(textOfFiles("array<file>", [file(1), file(2)]))).toHaveLength(2);
    expect(filesOfText(textOfFiles("image", [file(1), file(2)]))).toEqual([file(2)]);
    expect([textOfFiles("file", []), filesOfText("no json")]).toEqual(["", []]);
    const { input, errors } = readInputs([field("one", "file"), field("all", "array<image>"), field("must", "file", true)], { one: textOfFiles("file", [file(1)]), all: textOfFiles("array<image>", [file(2)]) });
    expect(input).toEqual({ one: file(1), all: [file(2)] });
    expect(errors).toEqual({ must: "required" });
  });
  it("hang at a chat's message where an input takes them", () => {
    expect(attachmentInput([field("question", "string"), field("photos", "array<image>"), field("doc", "file")])?.name).toBe("photos");
    expect(attachmentInput([field("question", "string")])).toBeUndefined();
  });
  it("say their size with a unit", () => expect([0, 1023, 1536, 10 * 1024 * 1024].map(sizeText)).toEqual(["0 B", "1023 B", "1.5 KB", "10 MB"]));
});

describe("uploads", () => {
  const browserFile = (name: string) => ({ name }) as File;
  it("tell how far they are and hand over what arrived", async () => {
    const arrived = vi.fn();
    const shares: number[] = [];
    let finish = (_: FileValue) => {};
    const uploads = new Uploads("/files", arrived, (url, _, onShare) => {
      expect(url).toBe("/files?name=a%20b%26c.txt");
      onShare(0.5);
      return new Promise(resolve => { finish = resolve; });
    });
    uploads.subscribe(() => shares.push(uploads.state()[0]?.share ?? -1));
    const done = uploads.add("doc", "file", [browserFile("a b&c.txt"), browserFile("second.txt")]);
    expect(uploads.isUnderWay("doc")).toBe(true);
    expect(uploads.isUnderWay("other")).toBe(false);
    finish(file(1));
    await done;
    expect(shares).toContain(0.5);
    expect(arrived.mock.calls).toEqual([["doc", "file", file(1)]]);
    expect([uploads.state(), uploads.isUnderWay("doc")]).toEqual([[], false]);
  });
  it("keep what was refused until it is dismissed or tried again", async () => {
    const uploads = new Uploads("/files", () => {}, (_, sent) => (sent.name === "bad" ? Promise.reject(new Error("too large")) : Promise.resolve(file(1))));
    await uploads.add("docs", "array<file>", [browserFile("bad"), browserFile("good")]);
    expect(uploads.state()).toMatchObject([{ name: "bad", failed: "too large" }]);
    expect(uploads.isUnderWay("docs")).toBe(false);
    uploads.dismiss(uploads.state()[0]!.key);
    expect(uploads.state()).toEqual([]);
    await uploads.add("docs", "array<file>", [browserFile("bad")]);
    await uploads.add("docs", "array<file>", [browserFile("good")]);
    expect(uploads.state()).toEqual([]);
  });
});

describe("large values", () => {
  it("are previews that name the event they stand in", () => {
    const event = (type: string, seq: number, data: object) => ({ type, seq, time: "2026-01-01T00:00:00Z", runId: "r", step: "a", attempt: 1, data }) as never;
    const model = reduceAll(emptyRun("r"), [event("step.started", 1, { large: { inputs: { size: 300000, preview: "{" } } }), event("step.completed", 2, { large: { outputs: { size: 400000, preview: "[" } } })]);
    expect(model.steps.get("a")).toMatchObject({ largeInputs: { seq: 1, value: { size: 300000 } }, largeOutputs: { seq: 2, value: { preview: "[" } } });
  });
});
