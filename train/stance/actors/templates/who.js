"use strict";
const get = (id) => document.getElementById(id);
const table = get("who"), body = table.tBodies[0], rows = [...body.rows];
const dialog = get("dialog"), inside = get("inside"), store = get("actors");
let home = null, last = null;

// Filtering: by words, kind, label and number of statements.
function filter() {
  const words = get("find").value.toLowerCase().split(/\s+/).filter(Boolean);
  const kind = get("kind").value, label = get("label").value, least = Number(get("least").value) || 0;
  let shown = 0;
  for (const row of rows) {
    const data = row.dataset, name = data.name.toLowerCase();
    row.hidden = !(words.every((word) => name.includes(word)) && (!kind || data.kind === kind)
      && (!label || data.labels.split("\t").includes(label)) && Number(data.n) >= least);
    if (!row.hidden) shown += 1;
  }
  get("count").value = `${shown} of ${rows.length} rows`;
}

// Sorting: numbers the largest first, texts from A; a second press turns it round.
function sort(column, kind, head) {
  const down = head.getAttribute("aria-sort") === (kind === "number" ? null : "ascending")
    || (kind === "number" && head.getAttribute("aria-sort") !== "descending");
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", down ? "descending" : "ascending");
  const value = (row) => row.cells[column].dataset.value;
  const by = kind === "number" ? (a, b) => value(a) - value(b) : (a, b) => value(a).localeCompare(value(b));
  rows.sort((a, b) => (down ? by(b, a) : by(a, b)));
  body.append(...rows);
}

// A link into a row's sentences opens them in a dialog; Escape and Back close it.
function follow() {
  const target = location.hash.length > 1 ? get(decodeURIComponent(location.hash.slice(1))) : null;
  const section = target && target.closest(".actor");
  if (!section) { if (dialog.open) dialog.close(); return; }
  if (section.parentNode !== inside) {
    put_back();
    home = document.createComment("");
    section.replaceWith(home);
    inside.append(section);
    get("about").textContent = section.querySelector("h3").textContent;
  }
  store.hidden = true;
  if (!dialog.open) { dialog.showModal(); }
  for (const other of inside.querySelectorAll(".here")) other.classList.remove("here");
  target.classList.add("here");
  target.focus({ preventScroll: true });
  if (target === section) dialog.scrollTop = 0;
  else target.scrollIntoView({ block: "start" });
}

function put_back() {
  if (inside.firstElementChild && home) { home.replaceWith(inside.firstElementChild); home = null; }
}

dialog.addEventListener("close", () => {
  put_back();
  history.replaceState(null, "", location.pathname + location.search);
  if (last) last.focus();
});
dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
get("close").addEventListener("click", () => dialog.close());
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='#']");
  if (!link) return;
  if (!dialog.open) last = link;
  if (link.hash === location.hash) follow();
});
window.addEventListener("hashchange", follow);

// Left and right go along a timeline.
document.addEventListener("keydown", (event) => {
  const line = event.target.closest && event.target.closest(".timeline");
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (!line || !step) return;
  const points = [...line.querySelectorAll("a")];
  const next = points[points.indexOf(event.target) + step];
  if (next) { next.focus(); event.preventDefault(); }
});

// A button copies each command; where a page may not copy, it is selected instead.
for (const code of document.querySelectorAll(".correct code")) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Copy";
  button.setAttribute("aria-label", "Copy the command that corrects this sentence");
  button.addEventListener("click", async () => {
    try { await navigator.clipboard.writeText(code.textContent); button.textContent = "Copied"; }
    catch { getSelection().selectAllChildren(code); button.textContent = "Selected"; }
  });
  code.after(button);
}

[...table.tHead.rows[0].cells].forEach((head, column) => {
  const button = document.createElement("button");
  button.type = "button";
  button.append(...head.childNodes);
  button.addEventListener("click", () => sort(column, head.dataset.sort, head));
  head.append(button);
});
get("controls").hidden = false;
get("controls").addEventListener("submit", (event) => event.preventDefault());
get("controls").addEventListener("input", filter);
store.hidden = true;
filter();
follow();
