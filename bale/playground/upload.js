// Files that somebody chose, as the control API takes them.

import { base64 } from "./server.js";

/** An album has at most so many. Source: Telegram; Bale's limit is not documented. */
const ALBUM = 10;

/** As what a file is sent. */
function kindOf(file) {
  if (file.type === "image/gif") return "animation";
  const [family] = file.type.split("/");
  return { image: "photo", video: "video", audio: "audio" }[family] ?? "document";
}

async function item(file) {
  const body = { kind: kindOf(file), file_name: file.name, base64: await base64(file) };
  if (file.type) body.mime_type = file.type;
  return body;
}

/** Files that make an album together: what is seen; documents and music with their own kind. */
function family(file) {
  const kind = kindOf(file);
  return ["photo", "video", "animation"].includes(kind) ? "seen" : kind;
}

/** Paths and bodies of what `who` sends, in the order of the files. */
export async function uploads(files, caption, who) {
  const runs = [];
  for (const file of files) {
    const last = runs.at(-1);
    if (last?.family === family(file) && last.files.length < ALBUM) last.files.push(file);
    else runs.push({ family: family(file), files: [file] });
  }
  const posts = [];
  for (const run of runs) {
    const items = await Promise.all(run.files.map(async (file) => ({ ...who, ...await item(file) })));
    if (caption && posts.length === 0) items[0].caption = caption;
    posts.push(items.length > 1 ? ["album", { items }] : ["media", items[0]]);
  }
  return posts;
}
