// Dragging one booth onto another on the picture of a hall. Without this file the same is done by pressing one, then the other,
// which is also how the keyboard does it. A booth is read aloud as "A12: who stands there", so its code stands before the colon.
(() => {
  "use strict";
  const HOLDS = ".taken, .moved, .mine";
  let taken = null;

  const booth = (node) => {
    const found = node instanceof Element && node.closest(".b");
    return found && found.closest("[data-hand]") ? found : null;
  };
  const under = (event) => booth(document.elementFromPoint(event.clientX, event.clientY));
  const code = (each) => each.getAttribute("aria-label").split(":")[0];
  const clear = () => document.querySelectorAll(".b.drop").forEach((each) => each.classList.remove("drop"));

  document.addEventListener("pointerdown", (event) => {
    const start = booth(event.target);
    taken = start && start.matches(HOLDS) && event.isPrimary && event.pointerType === "mouse" ? start : null;
  });
  // The browser would drag the link itself.
  document.addEventListener("dragstart", (event) => booth(event.target) && event.preventDefault());
  document.addEventListener("pointermove", (event) => {
    if (!taken) return;
    clear();
    const over = under(event);
    if (over && over !== taken) over.classList.add("drop");
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    taken = null;
    clear();
  });
  document.addEventListener("pointerup", (event) => {
    const from = taken;
    taken = null;
    clear();
    const onto = from && under(event);
    if (!onto || onto === from) return;
    const next = new URL(from.closest("[data-hand]").dataset.hand, location.href);
    next.searchParams.set("chon", code(from));
    next.searchParams.set("den", code(onto));
    location.assign(next);
  });
})();
