// Small conveniences. Every page works without this file.
"use strict";

// A menu closes when the eye goes elsewhere.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.me[open]")) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.me[open]")) { menu.open = false; menu.querySelector("summary").focus(); }
});

// Arrow keys walk from the search box through the suggestions; Escape puts them away.
document.addEventListener("keydown", (event) => {
  const box = event.target.closest?.("search");
  if (!box) return;
  const stops = [box.querySelector("input"), ...box.querySelectorAll(".suggestions a")];
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && stops.length > 1) {
    event.preventDefault();
    stops[(stops.indexOf(document.activeElement) + step + stops.length) % stops.length].focus();
  } else if (event.key === "Escape") {
    box.querySelector(".suggestions")?.remove();
    stops[0].focus();
  }
});

// Folded filters stay as they were when the results come anew.
let unfolded = false;
document.addEventListener("htmx:before:swap", () => { unfolded = document.querySelector("details.fold")?.open ?? false; });
document.addEventListener("htmx:after:swap", () => { for (const fold of document.querySelectorAll("details.fold")) fold.open = unfolded; });

// A slider says its value: <input type="range" id="x"> with <output for="x">.
document.addEventListener("input", (event) => {
  if (event.target.type !== "range" || !event.target.id) return;
  for (const out of document.querySelectorAll(`output[for="${CSS.escape(event.target.id)}"]`)) out.value = event.target.value;
});

// On a desk there is room for what a phone keeps folded.
if (window.matchMedia("(min-width: 60rem)").matches) for (const fold of document.querySelectorAll("details[data-wide-open]")) fold.open = true;

// What cannot be undone asks once, in the words of data-ask.
document.addEventListener("submit", (event) => {
  const question = event.submitter?.dataset.ask || event.target.dataset.ask;
  if (question && !window.confirm(question)) event.preventDefault();
});

// A form sent after the session had ended is filled again once its writer has signed in; nothing stays beyond that.
(() => {
  const kept = "typed", at = location.pathname;
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || !form.closest("main") || form.querySelector("[type=password], [type=file]")) return;
    const fields = [...new FormData(form)].filter(([, value]) => typeof value === "string");
    try { sessionStorage.setItem(kept, JSON.stringify({ action: form.getAttribute("action"), fields })); } catch { /* No room: nothing is kept. */ }
  });
  if (at === "/dang-nhap") return;
  let typed = null;
  try { typed = JSON.parse(sessionStorage.getItem(kept)); sessionStorage.removeItem(kept); } catch { /* Not allowed to keep anything. */ }
  if (!typed || !document.referrer || new URL(document.referrer).pathname !== "/dang-nhap") return;
  const form = [...document.querySelectorAll("main form[method=post]")].find((each) => each.getAttribute("action") === typed.action);
  if (!form) return;
  for (const box of form.querySelectorAll("[type=checkbox], [type=radio]")) box.checked = typed.fields.some(([name, value]) => name === box.name && value === box.value);
  for (const [name, value] of typed.fields) {
    const box = form.elements.namedItem(name);
    if (box instanceof HTMLElement && !["checkbox", "radio", "submit"].includes(box.type)) box.value = value;
  }
  for (const fold of form.querySelectorAll("details")) if ([...fold.querySelectorAll("input")].some((box) => box.value)) fold.open = true;
})();

// In a list of things to do (data-steps), j and k go from one to the next while the focus is inside it.
document.addEventListener("keydown", (event) => {
  const list = event.target.closest?.("[data-steps]");
  if (!list || !["j", "k"].includes(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.matches("input, textarea, select")) return;
  const links = [...list.querySelectorAll("tbody th a")], at = links.indexOf(document.activeElement);
  links[Math.min(links.length - 1, Math.max(0, at + (event.key === "j" ? 1 : -1)))]?.focus();
});

// After a form came back with errors, the list of them is read first.
const announceErrors = () => document.getElementById("errors")?.focus();
announceErrors();
document.addEventListener("htmx:after:swap", (event) => { if (event.target.querySelector?.("#errors")) announceErrors(); });

// What was written at a fair and has not gone yet is sent by the page where it was written (queue.js); on any other a line leads there.
(() => {
  const line = document.getElementById("unsent");
  if (!line || document.getElementById("queue")) return;
  let kept = [];
  try { kept = JSON.parse(localStorage.getItem("queue")) || []; } catch { /* Nothing can be kept here. */ }
  const mine = kept.find((each) => each.page && (!each.who || each.who === line.dataset.who));
  if (!mine) return;
  line.querySelector("a").href = mine.page;
  line.hidden = false;
})();
