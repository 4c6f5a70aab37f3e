// What is written at a fair while the line is down: each form with data-queue is kept on this phone under a key of its own and sent
// until the market has answered. The key travels along every time, so what was kept already is kept once, and the answer is the same.
// Each entry knows for whom it was written: on a phone that goes from hand to hand nobody sends what another organisation has typed.
"use strict";

(() => {
  const place = document.getElementById("queue");
  if (!place) return;
  const STORE = "queue", TOLD = "queue:told", LEAST = 2000, MOST = 60000, DOUBLE = 800, who = place.dataset.who;
  const list = place.querySelector("ul"), said = place.querySelector(".said"), retry = place.querySelector(".retry");
  let sending = false, timer = 0, wait = LEAST;
  const mine = (item) => !item.who || item.who === who;

  const read = () => { try { return JSON.parse(localStorage.getItem(STORE)) || []; } catch { return []; } };
  const write = (items) => { try { localStorage.setItem(STORE, JSON.stringify(items)); return true; } catch { return false; } };
  // Another tab may have written meanwhile: every change starts from what is there now.
  const change = (make) => write(make(read()));
  const fresh = () => (crypto.randomUUID ? crypto.randomUUID()
    : "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (c) => (c ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (c / 4)))).toString(16)));

  function show(sentence) {
    const all = read(), items = all.filter(mine), others = all.length - items.length;
    place.hidden = !all.length && !sentence;
    said.textContent = sentence || (items.length ? place.dataset.waiting.replace("{n}", items.length) : "");
    if (others) said.textContent += ` ${place.dataset.others.replace("{n}", others)}`;
    list.replaceChildren(...items.map((item) => {
      const line = document.createElement("li"), name = document.createElement("span");
      name.textContent = item.label + (item.refused ? ` – ${place.dataset.refused}: ${item.refused}` : "");
      line.append(name);
      if (item.refused) {
        const form = forms(item.to).find((each) => fields(each).length);
        if (form) line.append(" ", press(place.dataset.mend, () => { gone(item.key); refill(form, item.body); show(); }));
        line.append(" ", press(place.dataset.drop, () => { gone(item.key); show(); }));
      }
      return line;
    }));
    retry.hidden = !items.some((item) => !item.refused);
    retry.textContent = place.dataset.retry;
  }

  const gone = (key) => change((all) => all.filter((each) => each.key !== key));
  const forms = (to) => [...document.querySelectorAll("form[data-queue]")].filter((each) => each.dataset.queue === to);
  const fields = (form) => [...form.elements].filter((box) => box.name && !["hidden", "submit"].includes(box.type));

  function press(words, act) {
    const button = document.createElement("button");
    button.type = "button"; button.className = "link"; button.textContent = words;
    button.addEventListener("click", act);
    return button;
  }

  // What was refused goes back into its form, to be put right where it was typed.
  function refill(form, body) {
    for (const box of fields(form)) {
      if (box.type === "radio") box.checked = box.value === body[box.name];
      else if (box.type === "checkbox") box.checked = Boolean(body[box.name]);
      else box.value = body[box.name] ?? "";
    }
    for (const fold of form.querySelectorAll("details")) fold.open = true;
    fields(form)[0].focus();
  }

  // Done: the item goes. Refused for good: it stays, with the reason, until somebody takes it away. Anything else: again later.
  async function send(item) {
    const answer = await fetch(item.to, {
      method: "POST", headers: { "content-type": "application/json", accept: "application/json" }, body: JSON.stringify(item.body),
      credentials: "same-origin", signal: AbortSignal.timeout ? AbortSignal.timeout(20000) : undefined,
    });
    if (answer.ok) { item.told = came(await answer.json().catch(() => ({}))); return "done"; }
    if (answer.status === 401) return "signin";
    if (answer.status >= 500 || answer.status === 408 || answer.status === 429) return "later";
    const why = await answer.json().catch(() => ({}));
    const first = Array.isArray(why.errors) ? why.errors[0]?.message || why.errors[0]?.msg : Object.values(why.errors || {})[0];
    item.refused = first || why.detail || why.title || String(answer.status);
    return "refused";
  }

  // Of a check-in the market says who it was and since when: whoever stands at the gate reads it while the next one comes.
  function came(answer) {
    if (!answer.name || !answer.at) return "";
    const at = new Date(answer.at).toLocaleTimeString("vi-VN", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Ho_Chi_Minh" });
    return (answer.already ? place.dataset.already : place.dataset.came).replace("{name}", answer.name).replace("{at}", at);
  }

  async function flush() {
    if (sending) return;
    sending = true;
    clearTimeout(timer);
    let sent = 0, sentence = "", told = "";
    try {
      for (const item of read().filter((each) => mine(each) && !each.refused)) {
        let end;
        try { end = await send(item); } catch { end = "offline"; }
        if (end === "done") { gone(item.key); sent += 1; told = item.told; wait = LEAST; show(told); continue; }
        if (end === "refused") { change((all) => all.map((each) => (each.key === item.key ? item : each))); show(); continue; }
        sentence = end === "signin" ? place.dataset.signin : place.dataset.offline;
        break;
      }
    } finally { sending = false; }
    const left = read().filter((each) => mine(each) && !each.refused).length;
    if (left) {
      show(sentence);
      timer = setTimeout(flush, wait);
      wait = Math.min(MOST, wait * 2);
    } else {
      show(sent ? told || place.dataset.sent : "");
      if (sent) renew(told);
    }
  }

  // What stands on the page is out of date once something has gone: it is read anew, unless somebody is typing.
  function renew(told) {
    const typing = [...document.querySelectorAll("form[data-queue] input:not([type=hidden]), form[data-queue] textarea")].some((box) => box === document.activeElement && box.value);
    const clear = () => !read().some(mine) && !document.querySelector("video:not([hidden])");
    if (!typing && navigator.onLine !== false && clear()) {
      setTimeout(() => {
        if (!clear()) return;
        try { sessionStorage.setItem(TOLD, told || place.dataset.sent); } catch { /* Then it is not said again. */ }
        location.assign(location.pathname + location.search);
      }, 1200);
    }
  }

  function keep(form, extra, event) {
    const body = {};
    for (const [name, value] of new FormData(form)) if (typeof value === "string" && value !== "") body[name] = value;
    Object.assign(body, extra);
    body.key = fresh();
    if ("stamp" in form.dataset) body.at = new Date().toISOString();
    for (const name of ["consent", "nothing"]) if (name in body) body[name] = true;
    if (body.nothing) for (const name of ["vnd", "kg", "product", "what", "receipts"]) delete body[name];
    const chosen = body.product ? form.elements.product?.selectedOptions?.[0]?.textContent : "";
    const called = [...new Set([chosen, body.what, body[form.dataset.label], body.organisation].filter(Boolean))];
    const label = form.dataset.name || called.join(" · ") || (event?.submitter || form.querySelector("button")).textContent;
    const kept = change((all) => [...all, { key: body.key, who, page: location.pathname, to: form.dataset.queue, label: String(label), body }]);
    if (!kept) return false;
    wait = LEAST;
    show(place.dataset.kept);
    flush();
    return true;
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || !form.dataset.queue) return;
    // A finger that comes down twice means it once: the form is empty again by then.
    const typed = fields(form).some((box) => !["radio", "checkbox", "select-one"].includes(box.type) && box.value);
    if (!typed && Date.now() - (form.kept || 0) < DOUBLE) { event.preventDefault(); return; }
    const extra = event.submitter?.name ? { [event.submitter.name]: event.submitter.value } : {};
    if (!keep(form, extra, event)) return;  // No room on this phone: the form goes its plain way.
    event.preventDefault();
    form.kept = Date.now();
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
  let before = "";
  try { before = sessionStorage.getItem(TOLD) || ""; sessionStorage.removeItem(TOLD); } catch { /* Nothing was said. */ }
  show(before);
  flush();
})();
