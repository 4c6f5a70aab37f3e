// The drawing board of a hall. All of it goes through the forms of the page, which work without this file: what the hand does
// is put into the same fields and sent, and the answer takes the place of the drawing.
"use strict";

(() => {
  const UNIT = 10, SNAP = 5; // Units in a metre; half a metre.
  const page = document.getElementById("work");
  if (!page || !page.querySelector(".floor-box svg.floor")) return;
  const chosen = new Set();
  let busy = false, doing = null, pending = null;

  const svg = () => page.querySelector(".floor-box svg.floor");
  const booths = () => [...svg().querySelectorAll(".b[data-b]")];
  const booth = (id) => svg().querySelector(`.b[data-b="${id}"]`);
  const rect = (each) => each.querySelector("rect");
  const line = (id) => page.querySelector(`[name=chosen][value="${id}"]`)?.closest("tr");
  const box = (each) => Object.fromEntries(["x", "y", "width", "height"].map((name) => [name, Number(rect(each).getAttribute(name))]));
  const metres = (units) => String(Math.round(units * 10) / (10 * UNIT));
  const snap = (units) => Math.round(units / SNAP) * SNAP;
  const say = (words) => { const live = page.querySelector(".floor-live"); if (live) live.textContent = words; };

  const point = (event) => {
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg().getScreenCTM().inverse());
    return { x: at.x, y: at.y };
  };

  // What is chosen is shown on the drawing and in the boxes of the table, which are what the forms send.
  const show = () => {
    for (const each of booths()) {
      const on = chosen.has(each.dataset.b);
      each.classList.toggle("chosen", on);
      if (on) each.setAttribute("aria-current", "true"); else each.removeAttribute("aria-current");
    }
    for (const tick of page.querySelectorAll("[name=chosen]")) tick.checked = chosen.has(tick.value);
    for (const handle of svg().querySelectorAll(".handle")) handle.remove();
    if (chosen.size === 1) handles(booth([...chosen][0]));
  };

  const make = (name, attributes, into) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return into.appendChild(made);
  };

  // One chosen booth has a grip on its right and its lower edge: pulled, it makes a row of the same.
  const handles = (each) => {
    if (!each) return;
    const at = box(each);
    for (const [way, x, y] of [["right", at.x + at.width, at.y + at.height / 2], ["down", at.x + at.width / 2, at.y + at.height]]) {
      const grip = make("g", { class: "handle", "data-way": way, "aria-hidden": "true" }, svg());
      make("circle", { cx: x, cy: y, r: 5 }, grip);
      make("path", { d: `M${x - 3} ${y}h6M${x} ${y - 3}v6` }, grip);
    }
  };

  // The whole answer is a page; only its drawing board and its message are taken.
  const send = async (action, fields) => {
    if (busy) return;
    busy = true;
    page.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(action, { method: "POST", body: fields instanceof FormData ? new URLSearchParams(fields) : fields });
      const came = new DOMParser().parseFromString(await answer.text(), "text/html");
      const work = came.getElementById("work");
      if (!work) { location.assign(answer.redirected ? answer.url : location.href); return; }
      const open = [...page.querySelectorAll("details")].map((each) => each.open);
      const scrolled = page.querySelector(".floor-box");
      const [left, top] = [scrolled.scrollLeft, scrolled.scrollTop];
      const focused = document.activeElement?.closest?.(".b[data-b]")?.dataset.b;
      page.replaceChildren(...work.childNodes);
      page.querySelectorAll("details").forEach((each, n) => { if (open[n]) each.open = true; });
      const after = page.querySelector(".floor-box");
      if (after) { after.scrollLeft = left; after.scrollTop = top; }
      const flash = came.querySelector("#flash .flash, #errors");
      begin();
      say(flash ? flash.textContent.trim().replace(/\s+/g, " ") : "");
      if (focused) booth(focused)?.focus();
      if (!answer.ok) page.querySelector("#errors")?.focus();
    } catch {
      say(page.dataset.offline);
      show();
    } finally {
      busy = false;
      page.removeAttribute("aria-busy");
    }
  };

  const base = () => page.querySelector("#chon").getAttribute("action").replace(/\/sua$/, "");
  const version = () => page.querySelector("#chon [name=version]").value;
  const move = (name, fields) => {
    const body = new URLSearchParams({ version: version(), ...fields });
    for (const id of chosen) body.append("chosen", id);
    return send(`${base()}/${name}`, body);
  };

  // So many numbers that are free behind the letters of a code: A7 and on after A6, or else behind the last of these letters.
  const next = (code, count) => {
    const [, prefix, number] = /^(.*?)(\d*)$/.exec(code), own = Number(number || 0);
    const used = booths().map((each) => /^(.*?)(\d+)$/.exec(each.dataset.code)).filter((found) => found && found[1] === prefix).map((found) => Number(found[2]));
    const free = !used.some((each) => each > own && each <= own + count);
    return { prefix, first: (free ? own : Math.max(0, ...used)) + 1, digits: Math.min(4, Math.max(1, number.length)) };
  };

  const clashes = (moved, dx, dy) => {
    const [wide, deep] = [svg().dataset.wide * UNIT, svg().dataset.deep * UNIT];
    const others = booths().filter((each) => !moved.includes(each)).map(box);
    return moved.filter((each) => {
      const at = box(each), x = at.x + dx, y = at.y + dy;
      return x < -0.4 || y < -0.4 || x + at.width > wide + 0.4 || y + at.height > deep + 0.4
        || others.some((other) => Math.min(x + at.width, other.x + other.width) - Math.max(x, other.x) > 0.5
          && Math.min(y + at.height, other.y + other.height) - Math.max(y, other.y) > 0.5);
    });
  };

  const shift = (dx, dy) => {
    const moved = booths().filter((each) => chosen.has(each.dataset.b));
    const wrong = clashes(moved, dx, dy);
    for (const each of moved) {
      each.setAttribute("transform", `translate(${dx} ${dy})`);
      each.classList.toggle("clash", wrong.includes(each));
    }
    say(`${metres(dx)} m; ${metres(dy)} m${wrong.length ? ` · ✕ ${wrong.map((each) => each.dataset.code).join(", ")}` : ""}`);
  };

  const row = (dx, dy) => {
    const at = box(doing.each), right = doing.way === "right";
    const count = Math.max(0, Math.round((right ? dx / at.width : dy / at.height)));
    for (const ghost of svg().querySelectorAll(".ghost")) ghost.remove();
    for (let n = 1; n <= count; n++) {
      make("rect", { class: "ghost", x: at.x + (right ? n * at.width : 0), y: at.y + (right ? 0 : n * at.height), width: at.width, height: at.height }, svg());
    }
    doing.count = count;
    say(`+ ${count}`);
  };

  const lasso = (from, to) => {
    const area = { x: Math.min(from.x, to.x), y: Math.min(from.y, to.y), width: Math.abs(to.x - from.x), height: Math.abs(to.y - from.y) };
    for (const [name, value] of Object.entries(area)) doing.area.setAttribute(name, value);
    chosen.clear();
    for (const id of doing.before) chosen.add(id);
    for (const each of booths()) {
      const at = box(each);
      if (at.x < area.x + area.width && at.x + at.width > area.x && at.y < area.y + area.height && at.y + at.height > area.y) chosen.add(each.dataset.b);
    }
  };

  page.addEventListener("pointerdown", (event) => {
    if (busy || event.button !== 0 || !svg()?.contains(event.target)) return;
    const each = event.target.closest(".b[data-b]"), handle = event.target.closest(".handle"), from = point(event);
    if (handle) doing = { kind: "row", way: handle.dataset.way, each: booth([...chosen][0]), from, count: 0 };
    else if (each) {
      const id = each.dataset.b, was = chosen.has(id);
      // A finger scrolls the picture; it moves only what it has chosen before.
      if (event.pointerType === "touch" && !was) return;
      if (!was && !event.shiftKey) chosen.clear();
      chosen.add(id);
      doing = { kind: "move", from, id, was, shift: event.shiftKey, copy: event.altKey, dx: 0, dy: 0 };
      show();
    } else if (event.pointerType !== "touch") {
      doing = { kind: "lasso", from, before: event.shiftKey ? [...chosen] : [], area: make("rect", { class: "lasso" }, svg()) };
    } else return;
    event.preventDefault();
    each?.focus({ preventScroll: true });
    try { page.setPointerCapture(event.pointerId); } catch { /* The pointer has gone already. */ }
  });

  page.addEventListener("pointermove", (event) => {
    if (!doing) return;
    const to = point(event), dx = snap(to.x - doing.from.x), dy = snap(to.y - doing.from.y);
    if (doing.kind === "lasso") { lasso(doing.from, to); return; }
    if (doing.kind === "row") { row(to.x - doing.from.x, to.y - doing.from.y); return; }
    if (dx !== doing.dx || dy !== doing.dy) { [doing.dx, doing.dy] = [dx, dy]; shift(dx, dy); }
  });

  const drop = async () => {
    const done = doing;
    doing = null;
    for (const each of svg().querySelectorAll(".ghost, .lasso")) each.remove();
    if (done.kind === "lasso") { show(); return; }
    if (done.kind === "row") {
      if (!done.count) return;
      const at = box(done.each), data = done.each.dataset, tr = line(data.b).dataset, right = done.way === "right", name = next(data.code, done.count);
      const [along, deep] = right ? [at.width, at.height] : [at.height, at.width];
      const fields = {
        version: version(), day_class_code: tr.class, day_way: done.way, day_count: done.count, day_width: metres(along), day_depth: metres(deep),
        day_x: metres(at.x + (right ? at.width : 0)), day_y: metres(at.y + (right ? 0 : at.height)), day_zone: tr.zone, day_power: tr.power,
        day_prefix: name.prefix, day_first: name.first, day_digits: name.digits, day_rows: "1",
      };
      for (const [key, value] of [["day_water", tr.water], ["day_cold", tr.cold], ["day_first_come", tr.first]]) if (value) fields[key] = "yes";
      await send(`${base()}/day`, new URLSearchParams(fields));
      return;
    }
    if (!done.dx && !done.dy) {
      if (done.was && (done.shift || chosen.size === 1)) chosen.delete(done.id);
      else if (done.was) { chosen.clear(); chosen.add(done.id); }
      show();
      return;
    }
    if (done.copy) {
      const name = next(booth(done.id).dataset.code, chosen.size);
      await move("chep", { chep_dx: metres(done.dx), chep_dy: metres(done.dy), chep_prefix: name.prefix, chep_first: name.first });
    } else await move("doi-cho", { doi_dx: metres(done.dx), doi_dy: metres(done.dy) });
  };
  page.addEventListener("pointerup", () => { if (doing) drop(); });
  page.addEventListener("pointercancel", () => { if (doing) { doing = null; restore(); } });

  const restore = () => {
    clearTimeout(pending?.timer);
    pending = null;
    for (const each of booths()) { each.removeAttribute("transform"); each.classList.remove("clash"); }
    for (const each of svg().querySelectorAll(".ghost, .lasso")) each.remove();
    say("");
    show();
  };

  // A link leads to its line of the table; on the drawing board a press chooses instead, and Enter does what it always does.
  page.addEventListener("click", (event) => {
    const each = event.target.closest?.("svg .b[data-b]");
    if (!each) return;
    if (event.detail > 0) event.preventDefault();
    if (event.pointerType === "touch") { if (chosen.has(each.dataset.b)) return; chosen.add(each.dataset.b); show(); }
  });

  const ARROWS = { ArrowLeft: [-SNAP, 0], ArrowRight: [SNAP, 0], ArrowUp: [0, -SNAP], ArrowDown: [0, SNAP] };
  const walk = (from, [dx, dy]) => {
    const at = box(from);
    const ahead = booths().map((each) => [each, box(each)]).filter(([each, to]) => each !== from && (dx ? Math.sign(to.x - at.x) === Math.sign(dx) : Math.sign(to.y - at.y) === Math.sign(dy)));
    ahead.sort(([, a], [, b]) => Math.abs(a.x - at.x) * (dx ? 1 : 4) + Math.abs(a.y - at.y) * (dx ? 4 : 1) - Math.abs(b.x - at.x) * (dx ? 1 : 4) - Math.abs(b.y - at.y) * (dx ? 4 : 1));
    ahead[0]?.[0].focus();
  };

  page.addEventListener("keydown", (event) => {
    const inside = event.target.closest?.(".floor-box");
    if ((event.ctrlKey || event.metaKey) && ["z", "y"].includes(event.key.toLowerCase()) && !event.target.matches("input, textarea")) {
      event.preventDefault();
      page.querySelector(event.key.toLowerCase() === "y" || event.shiftKey ? "[data-redo]" : "[data-undo]")?.click();
      return;
    }
    if (!inside || busy) return;
    const on = event.target.closest(".b[data-b]"), step = ARROWS[event.key];
    if (event.key === "Escape") { chosen.clear(); doing = null; restore(); }
    else if (event.key === " " && on) { event.preventDefault(); if (!chosen.delete(on.dataset.b)) chosen.add(on.dataset.b); show(); }
    else if (event.key === "Delete" && chosen.size) page.querySelector('#chon [formaction$="/xoa"]').click();
    else if (step && chosen.size) {
      // Several presses are one step: they are sent when the hand rests.
      event.preventDefault();
      pending = { dx: (pending?.dx ?? 0) + step[0], dy: (pending?.dy ?? 0) + step[1], timer: (clearTimeout(pending?.timer), setTimeout(() => {
        const { dx, dy } = pending;
        pending = null;
        if (dx || dy) move("doi-cho", { doi_dx: metres(dx), doi_dy: metres(dy) });
      }, 700)) };
      shift(pending.dx, pending.dy);
    } else if (step && on) { event.preventDefault(); walk(on, step); }
  });

  page.addEventListener("change", (event) => {
    if (event.target.name !== "chosen") return;
    if (event.target.checked) chosen.add(event.target.value); else chosen.delete(event.target.value);
    show();
  });

  // Every form of the drawing board is answered in place; chophien.js has asked before what cannot be undone.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || !page.contains(form) || form.method !== "post") return;
    event.preventDefault();
    const action = event.submitter?.getAttribute("formaction") || form.getAttribute("action");
    if (action.endsWith("/xoa")) { const body = new FormData(form); chosen.clear(); send(action, body); } else send(action, new FormData(form));
  });

  const begin = () => {
    if (!svg()) return;
    const help = page.querySelector(".floor-help");
    if (help) help.hidden = false;
    svg().classList.add("edit");
    const there = new Set(booths().map((each) => each.dataset.b));
    for (const id of [...chosen]) if (!there.has(id)) chosen.delete(id);
    for (const tick of page.querySelectorAll("[name=chosen]:checked")) chosen.add(tick.value);
    show();
  };
  begin();
})();
