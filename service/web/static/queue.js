// What is written at a fair while the line is down: each form with data-queue is kept on this phone under a key of its own and sent
// until the market has answered. The key travels along every time, so what was kept already is kept once, and the answer is the same.
"use strict";

(() => {
  const place = document.getElementById("queue");
  if (!place) return;
  const STORE = "queue", LEAST = 2000, MOST = 60000;
  const list = place.querySelector("ul"), said = place.querySelector(".said"), retry = place.querySelector(".retry");
  let sending = false, timer = 0, wait = LEAST;

  const read = () => { try { return JSON.parse(localStorage.getItem(STORE)) || []; } catch { return []; } };
  const write = (items) => { try { localStorage.setItem(STORE, JSON.stringify(items)); return true; } catch { return false; } };
  // Another tab may have written meanwhile: every change starts from what is there now.
  const change = (make) => write(make(read()));
  const fresh = () => (crypto.randomUUID ? crypto.randomUUID()
    : "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (c) => (c ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (c / 4)))).toString(16)));

  function show(sentence) {
    const items = read();
    place.hidden = !items.length && !sentence;
    said.textContent = sentence || (items.length ? place.dataset.waiting.replace("{n}", items.length) : "");
    list.replaceChildren(...items.map((item) => {
      const line = document.createElement("li"), name = document.createElement("span");
      name.textContent = item.label + (item.refused ? ` – ${place.dataset.refused}: ${item.refused}` : "");
      line.append(name);
      if (item.refused) {
        const drop = document.createElement("button");
        drop.type = "button"; drop.className = "link"; drop.textContent = place.dataset.drop;
        drop.addEventListener("click", () => { change((all) => all.filter((each) => each.key !== item.key)); show(); });
        line.append(" ", drop);
      }
      return line;
    }));
    retry.hidden = !items.some((item) => !item.refused);
    retry.textContent = place.dataset.retry;
  }

  // Done: the item goes. Refused for good: it stays, with the reason, until somebody takes it away. Anything else: again later.
  async function send(item) {
    const answer = await fetch(item.to, {
      method: "POST", headers: { "content-type": "application/json", accept: "application/json" }, body: JSON.stringify(item.body),
      credentials: "same-origin", signal: AbortSignal.timeout ? AbortSignal.timeout(20000) : undefined,
    });
    if (answer.ok) return "done";
    if (answer.status === 401) return "signin";
    if (answer.status >= 500 || answer.status === 408 || answer.status === 429) return "later";
    const why = await answer.json().catch(() => ({}));
    const first = Array.isArray(why.errors) ? why.errors[0]?.message || why.errors[0]?.msg : Object.values(why.errors || {})[0];
    item.refused = first || why.detail || why.title || String(answer.status);
    return "refused";
  }

  async function flush() {
    if (sending) return;
    sending = true;
    clearTimeout(timer);
    let gone = 0, sentence = "";
    try {
      for (const item of read().filter((each) => !each.refused)) {
        let end;
        try { end = await send(item); } catch { end = "offline"; }
        if (end === "done") { change((all) => all.filter((each) => each.key !== item.key)); gone += 1; wait = LEAST; show(); continue; }
        if (end === "refused") { change((all) => all.map((each) => (each.key === item.key ? item : each))); show(); continue; }
        sentence = end === "signin" ? place.dataset.signin : place.dataset.offline;
        break;
      }
    } finally { sending = false; }
    const left = read().filter((each) => !each.refused).length;
    if (left) {
      show(sentence);
      timer = setTimeout(flush, wait);
      wait = Math.min(MOST, wait * 2);
    } else {
      show(gone ? place.dataset.sent : "");
      if (gone) renew();
    }
  }

  // What stands on the page is out of date once something has gone: it is read anew, unless somebody is typing.
  function renew() {
    const typing = [...document.querySelectorAll("form[data-queue] input:not([type=hidden]), form[data-queue] textarea")].some((box) => box === document.activeElement && box.value);
    if (!typing && navigator.onLine !== false && !read().length) {
      document.dispatchEvent(new CustomEvent("queue:sent"));
      setTimeout(() => { if (!read().length && !document.querySelector("video:not([hidden])")) location.assign(location.pathname + location.search); }, 1200);
    }
  }

  function keep(form, extra) {
    const body = {};
    for (const [name, value] of new FormData(form)) if (typeof value === "string" && value !== "") body[name] = value;
    Object.assign(body, extra);
    body.key = fresh();
    if ("stamp" in form.dataset) body.at = new Date().toISOString();
    for (const name of ["consent", "nothing"]) if (name in body) body[name] = true;
    if (body.nothing) for (const name of ["vnd", "kg", "product", "what", "receipts"]) delete body[name];
    const label = form.dataset.name || [body[form.dataset.label], body.what, body.organisation].find(Boolean) || form.querySelector("button").textContent;
    const kept = change((all) => [...all, { key: body.key, to: form.dataset.queue, label: String(label), body }]);
    if (!kept) return false;
    wait = LEAST;
    show(place.dataset.kept);
    flush();
    return true;
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || !form.dataset.queue) return;
    const extra = event.submitter?.name ? { [event.submitter.name]: event.submitter.value } : {};
    if (!keep(form, extra)) return;  // No room on this phone: the form goes its plain way.
    event.preventDefault();
    form.reset();
    const first = form.querySelector("input:not([type=hidden]):not([type=radio]):not([type=checkbox])");
    if (first) { first.value = ""; first.focus(); }
  });
  document.addEventListener("scan:found", (event) => {
    const form = document.querySelector("form[data-queue] input[name=code]")?.form;
    if (form) keep(form, { code: event.detail, how: "scanned" });
  });
  retry.addEventListener("click", () => { wait = LEAST; flush(); });
  window.addEventListener("online", () => { wait = LEAST; flush(); });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) flush(); });
  show();
  flush();
})();
