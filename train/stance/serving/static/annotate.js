// One sentence after the other. An answer counts as saved when the server has said so.

import { Failed, ask } from "/static/server.js";
import { Labels, said } from "/static/labels.js";
import { Options } from "/static/options.js";

const get = (id) => document.getElementById(id);
const main = get("main"), dialog = get("dialog"), note = get("note");
const labels = new Labels(get("labels"), get("definition"), changed);
const options = new Options(get("options"), (chosen) => { labels.chosen = chosen; });
const given = new Map(); // what was answered here, for undo
const suggests = main.dataset.suggest === "true";
let item = null, busy = false, retry = null;

// A name once given, and an answer that could not be saved, outlive the page.
const kept = {
  get(name) { try { return JSON.parse(localStorage.getItem(`stance-${name}`)); } catch { return null; } },
  set(name, value) { try { localStorage.setItem(`stance-${name}`, JSON.stringify(value)); } catch { /* none then */ } },
  drop(name) { try { localStorage.removeItem(`stance-${name}`); } catch { /* none then */ } },
};

const draft = () => `draft-${get("annotator").textContent}-${item.id}`;

function show(id) {
  for (const one of ["start", "work", "finished"]) get(one).hidden = one !== id;
  get("answer").hidden = get("bar").hidden = id === "start";
  for (const one of ["choice", "save", "skip", "write", "leave-out"]) if (get(one)) get(one).hidden = id !== "work";
}

function changed() {
  const n = labels.chosen.length;
  options.mark(labels.chosen);
  get("save-text").textContent = n > 1 ? `Save ${n} labels` : n ? "Save label" : labels.noneAllowed ? "Save: no label" : "Save";
}

function showProgress(progress) {
  const total = progress.done + progress.left, count = (n) => n.toLocaleString("en");
  get("bar").max = Math.max(total, 1);
  get("bar").value = progress.done;
  const pace = progress.per_hour >= 1 ? ` · ${count(Math.round(progress.per_hour))} an hour` : "";
  get("pace").textContent = `${count(progress.done)} done · ${count(progress.left)} left${pace}`;
  labels.count(progress.per_label);
}

function writeNote(isOpen, text = note.value) {
  note.value = text;
  get("note-row").hidden = !isOpen;
  get("write").ariaExpanded = String(isOpen);
}

function where(found) {
  const line = get("where");
  line.replaceChildren();
  for (const [text, tag] of [[found.outlet, "bdi"], [found.date, "time"]]) {
    if (!text) continue;
    if (line.firstChild) line.append(" · ");
    line.append(Object.assign(document.createElement(tag), { textContent: text }));
  }
  if (!/^https?:\/\//.test(found.url)) return;
  const link = Object.assign(document.createElement("a"), { href: found.url, target: "_blank", rel: "noopener noreferrer", textContent: "source" });
  line.append(line.firstChild ? " · " : "", link);
}

function suggest(found) {
  const aside = get("suggestion");
  aside.replaceChildren();
  aside.hidden = !suggests || !found.suggested;
  if (aside.hidden) return;
  const line = document.createElement("p");
  line.textContent = `The model suggests: ${said(found.suggested)}.`;
  aside.append(line);
  for (const { label, words } of found.why) {
    const reason = Object.assign(document.createElement("p"), { className: "soft", dir: "auto" });
    reason.textContent = `Weighed most for ${label}: ${words.join(", ")}`;
    aside.append(reason);
  }
}

function showItem(found, told = "") {
  item = found;
  trouble("");
  if (!item) { finish(); return; }
  show("work");
  get("title").textContent = item.title || item.article;
  where(item);
  for (const part of ["before", "after"]) get(part).textContent = item[part].join(" ");
  for (const part of ["title", "before", "sentence", "after"]) get(part).lang = item.lang;
  get("sentence").textContent = item.text;
  suggest(item);
  options.show(item);
  if (get("leave-out")) get("leave-out").hidden = !item.may_leave_out;
  const unsaved = kept.get(draft()), earlier = unsaved || given.get(item.id) || { labels: [], note: "" };
  labels.chosen = earlier.labels;
  writeNote(Boolean(earlier.note), earlier.note);
  if (told || unsaved) get("told").textContent = told || "Your answer that was not saved is filled in.";
  bringIntoView(get("sentence"));
}

// To the top, or as far down as it takes to see the whole sentence above the labels.
function bringIntoView(sentence) {
  sentence.focus({ preventScroll: true });
  scrollTo(0, 0);
  const place = sentence.getBoundingClientRect(), end = get("answer").getBoundingClientRect().top - 8;
  if (place.bottom > end) scrollTo(0, Math.min(place.bottom - end, place.top - 8));
}

function finish() {
  show("finished");
  const left = Number(get("bar").max) - get("bar").value;
  get("finished-title").textContent = left ? "Nothing for you just now" : get("finished-title").dataset.done;
  get("finished-told").textContent = left ? "The rest is with others, or was skipped." : "Every sentence of this session has its answer.";
  get("finished").focus();
}

function trouble(message, again = null, mayLeave = false) {
  get("start-told").textContent = message;
  get("trouble").hidden = !message;
  get("trouble-told").textContent = message;
  get("leave").hidden = !mayLeave;
  retry = again;
  if (!message) return;
  get(get("start").hidden ? "retry" : "name").focus();
}

// One thing at a time: a key pressed meanwhile must not reach a sentence that nobody has seen.
async function once(action) {
  if (busy) return;
  busy = true;
  main.ariaBusy = "true";
  try { await action(); } catch (error) {
    if (!(error instanceof Failed)) throw error;
    get("told").textContent = "";
    trouble(error.prefix ? `${error.prefix}: ${error.message}` : `${error.message[0].toUpperCase()}${error.message.slice(1)}`, () => once(action), Boolean(error.prefix));
  } finally { busy = false; main.ariaBusy = "false"; }
}

async function next() {
  const found = await ask("/api/next");
  showProgress(found.progress);
  showItem(found.item);
}

async function save() {
  if (!labels.isEnough) { get("told").textContent = "Choose a label first."; return; }
  await send({ sentence_id: item.id, labels: labels.chosen, note: note.value });
}

// In a review only: no label holds, and the sentence is in no data.
const leaveOut = () => send({ sentence_id: item.id, labels: [], note: note.value, answer: "reject" });

async function send(answer) {
  let found;
  try { found = await ask("/api/answer", answer); } catch (error) {
    kept.set(draft(), answer);
    error.prefix = "Not saved";
    throw error;
  }
  kept.drop(draft());
  given.set(item.id, answer);
  get("told").textContent = `Saved: ${answer.answer ? "left out" : said(found.labels)}.${found.suggested && !suggests ? beside(found) : ""}`;
  await afterSaving();
}

// The answer is on the disk; if the next sentence does not come, only that is tried again.
async function afterSaving() {
  try { await next(); } catch (error) {
    if (!(error instanceof Failed)) throw error;
    trouble(`The next sentence did not come: ${error.message}`, () => once(next));
  }
}

function beside(found) {
  const same = found.labels.join("\t") === found.suggested.join("\t");
  return same ? " The model agrees." : ` The model says: ${said(found.suggested)}.`;
}

async function skip() {
  await ask("/api/skip", { sentence_id: item.id });
  kept.drop(draft());
  get("told").textContent = "Skipped.";
  await next();
}

async function undo() {
  const found = await ask("/api/undo");
  showProgress(found.progress);
  if (found.item) showItem(found.item, "Taken back. Answer again.");
  else get("told").textContent = "There is nothing to take back.";
}

function openNote() {
  writeNote(true);
  note.focus();
}

const actions = { s: () => item && once(skip), u: () => once(undo), n: () => item && openNote(), "?": () => dialog.showModal() };

document.addEventListener("keydown", (event) => {
  const target = event.target, isWriting = target === note;
  if (dialog.open || get("answer").hidden || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (isWriting && event.key === "Escape") { get("sentence").focus(); return; }
  if (isWriting && event.key !== "Enter") return;
  if (event.repeat) { if (event.key === "Enter") event.preventDefault(); return; }
  if (event.key === "Enter") {
    // On a label, too: who clicked it wants to save next. Space chooses it.
    if (target.closest("button:not(.label), a")) return;
    event.preventDefault();
    if (item && get("trouble").hidden) once(save);
  } else if (item && !busy && (labels.press(event.key) || options.press(event.key))) {
    event.preventDefault();
  } else if (Object.hasOwn(actions, event.key)) {
    event.preventDefault();
    actions[event.key]();
  }
});

get("save").addEventListener("click", () => item && once(save));
get("skip").addEventListener("click", actions.s);
if (get("leave-out")) {
  const leave = () => item && item.may_leave_out && once(leaveOut);
  actions[get("leave-out").getAttribute("aria-keyshortcuts")] = leave;
  get("leave-out").addEventListener("click", leave);
}
get("undo").addEventListener("click", actions.u);
get("write").addEventListener("click", () => (get("note-row").hidden ? openNote() : writeNote(false)));
get("help").addEventListener("click", actions["?"]);
get("close").addEventListener("click", () => dialog.close());
dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
get("again").addEventListener("click", () => once(next));
get("retry").addEventListener("click", () => retry && retry());
get("leave").addEventListener("click", () => once(next));
addEventListener("beforeunload", (event) => { if (!get("trouble").hidden && !get("leave").hidden) event.preventDefault(); });

get("start").addEventListener("submit", (event) => {
  event.preventDefault();
  once(async () => {
    const { annotator } = await ask("/api/start", { annotator: get("name").value.trim() });
    kept.set("annotator", annotator);
    given.clear();
    trouble("");
    begin(annotator);
    await next();
  });
});

const rename = get("rename");
if (rename) rename.addEventListener("click", chooseName);

function chooseName() {
  item = null;
  show("start");
  get("person").hidden = true;
  get("name").value = kept.get("annotator") || "";
  get("name").focus();
}

function begin(annotator) {
  get("annotator").textContent = annotator;
  get("person").hidden = false;
}

if (main.dataset.annotator) once(next);
else chooseName();
