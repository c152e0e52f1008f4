// A call of the bot, for a terminal.

import { store } from "./store.js";

/** Under this stands the name of a file that nobody has an id of. */
const FILE = Symbol("file");

/** A shell takes this as it is. */
function quoted(text) {
  return `'${String(text).replaceAll("'", "'\\''")}'`;
}

/** The id of the file in a message that a call wrote. */
function fileId(message) {
  for (const kind of ["photo", "animation", "video", "voice", "audio", "sticker", "document"]) {
    const file = Array.isArray(message?.[kind]) ? message[kind].at(-1) : message?.[kind];
    if (file?.file_id) return file.file_id;
  }
  return null;
}

/** The parameters with the ids of what was uploaded. The bytes are not here; the server has them. */
function withIds(params, result) {
  const sent = (Array.isArray(result) ? result : [result]).map(fileId);
  const isUpload = (value) => typeof value === "object" && value !== null && "file_name" in value && "size" in value;
  const names = Object.keys(params).filter((name) => isUpload(params[name]));
  if (names.length === 0) return params;
  const kept = Object.fromEntries(Object.entries(params).filter(([name]) => !names.includes(name)));
  if (typeof params.media === "string") {
    const items = JSON.parse(params.media).map((item, index) => ({ ...item, media: sent[index] ?? item.media }));
    return { ...kept, media: JSON.stringify(items) };
  }
  return { ...kept, [names[0]]: sent[0] ?? null, [FILE]: sent[0] ? null : [names[0], params[names[0]].file_name] };
}

/** The line that makes this call again. */
export function curl(call) {
  const params = withIds(call.params ?? {}, call.reply?.result);
  const address = quoted(`${location.origin}/bot${store.info.token}/${call.method}`);
  // Files go as a form: an id, or one that lies there.
  if (params !== call.params && Object.keys(params).length > 0) {
    const pairs = Object.entries(params).filter(([, value]) => value !== null).map(([name, value]) => {
      const text = typeof value === "string" ? value : JSON.stringify(value);
      return `--form-string ${quoted(`${name}=${text}`)}`;
    });
    if (params[FILE]) pairs.push(`-F ${quoted(params[FILE].join("=@"))}`);
    return `curl -s ${address} ${pairs.join(" ")}`;
  }
  return `curl -s ${address} -H 'content-type: application/json' -d ${quoted(JSON.stringify(params))}`;
}
