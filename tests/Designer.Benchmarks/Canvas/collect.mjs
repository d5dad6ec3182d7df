// Asks a .NET process for a full garbage collection through its diagnostic socket, as a profiler does: what is left then is really held.
import { readdirSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const heapCollect = 0x800000n;
const settleMs = 3000;

export async function collect(pid) {
  const name = readdirSync(tmpdir()).find((file) => file.startsWith(`dotnet-diagnostic-${pid}-`) && file.endsWith("-socket"));
  if (!name) throw new Error(`Process ${pid} has no diagnostic socket.`);
  const socket = connect(join(tmpdir(), name));
  await new Promise((done, failed) => socket.once("connect", done).once("error", failed));
  socket.write(message());
  socket.resume(); // the events themselves are not read
  await new Promise((done) => setTimeout(done, settleMs));
  socket.destroy();
  await new Promise((done) => setTimeout(done, settleMs));
}

/** "CollectTracing" of the runtime's own provider with the keyword that begins with a collection. */
function message() {
  const text = (value) => {
    const bytes = Buffer.alloc(4 + 2 * (value.length + 1));
    bytes.writeUInt32LE(value.length + 1, 0);
    bytes.write(value, 4, "utf16le");
    return bytes;
  };
  const head = Buffer.alloc(24);
  head.writeUInt32LE(64, 0); // megabytes of buffer
  head.writeUInt32LE(1, 4); // the nettrace format
  head.writeUInt32LE(1, 8); // one provider
  head.writeBigUInt64LE(heapCollect, 12);
  head.writeUInt32LE(4, 20); // informational
  const payload = Buffer.concat([head, text("Microsoft-Windows-DotNETRuntime"), text("")]);
  const header = Buffer.alloc(20);
  header.write("DOTNET_IPC_V1\0", 0, "ascii");
  header.writeUInt16LE(20 + payload.length, 14);
  header.writeUInt8(2, 16);
  header.writeUInt8(2, 17);
  return Buffer.concat([header, payload]);
}
