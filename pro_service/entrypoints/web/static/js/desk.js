// Shortcuts, copying and living times of the nurse's desk. Everything here is a comfort: the pages work without it.

const words = document.body.dataset;

// Times: the server's words, kept true while the page stays open.
// Counted from the server's moment, so that a phone's wrong clock (or a simulated one) does not show.
const skew = Date.now() - Date.parse(words.at);

function age(instant) {
  const minutes = Math.floor((Date.now() - skew - instant) / 60000);
  if (minutes < 1) return words.now;
  if (minutes < 60) return words.minutes.replace("#", minutes);
  if (minutes < 1440) return words.hours.replace("#", Math.floor(minutes / 60));
  return words.days.replace("#", Math.floor(minutes / 1440));
}

function refreshTimes() {
  for (const time of document.querySelectorAll("time[data-ago]")) time.textContent = age(Date.parse(time.dateTime));
}

// Copying: a table as tab-separated text, as spreadsheets take it.
function asText(table) {
  const cells = (row) => [...row.cells].map((cell) => cell.textContent.trim().replace(/\s+/g, " ")).join("\t");
  return [...table.rows].map(cells).join("\n");
}

async function copy(button, table) {
  try {
    await navigator.clipboard.writeText(asText(table));
    button.textContent = words.copied;
  } catch {
    button.textContent = words.copyFailed;
  }
  setTimeout(() => { button.textContent = words.copy; }, 3000);
}

function addCopyButtons() {
  for (const table of document.querySelectorAll(".list > table[data-table]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "quiet copy";
    button.textContent = words.copy;
    button.setAttribute("aria-live", "polite");
    button.addEventListener("click", () => copy(button, table));
    table.after(button);
  }
}

// Shortcuts: one key each, silent in fields and with a modifier; a reader can turn them off (WCAG 2.1.4).
const STORED = "desk.keys";
const help = document.getElementById("help");
const remembered = () => { try { return localStorage.getItem(STORED); } catch { return null; } };
let keysOn = remembered() !== "off";

function move(step) {
  const links = [...document.querySelectorAll("[data-rows] a")].filter((link) => link.offsetParent);
  if (!links.length) return;
  const here = links.indexOf(document.activeElement);
  const next = here < 0 ? (step > 0 ? 0 : links.length - 1) : here + step;
  links[Math.min(Math.max(next, 0), links.length - 1)].focus();
}

function acknowledge() {
  const targeted = document.querySelector(".alert:target, .alert:focus-within") ?? document.querySelector(".alert");
  targeted?.querySelector("[data-acknowledge]")?.focus();
}

const keys = {
  "/": () => document.getElementById("search")?.select(),
  j: () => move(1),
  k: () => move(-1),
  a: acknowledge,
  e: () => document.querySelector("[data-event]")?.click(),
  "?": () => help?.showModal(),
};

function listen(event) {
  const typing = event.target.closest("input:not([type=radio]):not([type=checkbox]), select, textarea, dialog");
  if (!keysOn || typing || event.ctrlKey || event.metaKey || event.altKey || !(event.key in keys)) return;
  event.preventDefault();
  keys[event.key]();
}

function offerHelp() {
  const open = document.querySelector("[data-help-open]");
  if (!help || !open) return;
  open.hidden = false;
  open.addEventListener("click", () => help.showModal());
  const box = help.querySelector("[data-keys-on]");
  box.checked = keysOn;
  box.addEventListener("change", () => {
    keysOn = box.checked;
    try { localStorage.setItem(STORED, keysOn ? "on" : "off"); } catch { /* private window: for this page only */ }
  });
}

addCopyButtons();
offerHelp();
refreshTimes();
setInterval(refreshTimes, 60000);
document.addEventListener("keydown", listen);
document.querySelector("[data-focus]")?.focus();
