// Archives for tests.
import { crc32, deflateRawSync } from "node:zlib";

/** A zip of these files, written here so that wrong ones can be written, too. */
export function zip(files) {
  const chunks = [];
  const directory = [];
  let at = 0;
  for (const [name, data] of Object.entries(files)) {
    const raw = Buffer.from(data);
    const packed = deflateRawSync(raw, { level: 9 });
    const path = Buffer.from(name);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(8, 4);
    fields.writeUInt32LE(crc32 ? crc32(raw) : 0, 10);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(raw.length, 18);
    fields.writeUInt16LE(path.length, 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04"), fields, path, packed]);
    const central = Buffer.alloc(16);
    central.writeUInt32LE(at, 12);
    directory.push(Buffer.concat([Buffer.from("PK\x01\x02\x14\x00"), fields, central.subarray(2), path]));
    chunks.push(local);
    at += local.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(directory.length, 4);
  end.writeUInt16LE(directory.length, 6);
  end.writeUInt32LE(listed.length, 8);
  end.writeUInt32LE(at, 12);
  return Buffer.concat([...chunks, listed, Buffer.from("PK\x05\x06"), end]);
}
