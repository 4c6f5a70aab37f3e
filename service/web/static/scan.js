// Scanning passes by the camera, where the browser reads codes itself; anywhere else it says so, and the field for the code is at hand.
"use strict";

(() => {
  const place = document.getElementById("scan");
  if (!place) return;
  const button = place.querySelector("button"), video = place.querySelector("video"), said = place.querySelector("p");
  const begin = button.textContent, SAME = 4000;
  let stream = null, last = "", at = 0;

  function stop() {
    for (const track of stream?.getTracks() ?? []) track.stop();
    stream = null;
    video.hidden = true;
    button.textContent = begin;
  }

  async function look(detector) {
    if (!stream) return;
    try {
      for (const found of await detector.detect(video)) {
        const now = Date.now();
        if (found.rawValue === last && now - at < SAME) continue;
        last = found.rawValue; at = now;
        navigator.vibrate?.(80);
        document.dispatchEvent(new CustomEvent("scan:found", { detail: found.rawValue }));
      }
    } catch { /* A frame that cannot be read: the next one may. */ }
    setTimeout(() => look(detector), 250);
  }

  button.addEventListener("click", async () => {
    if (stream) { stop(); return; }
    said.textContent = place.dataset.starting;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      video.srcObject = stream;
      await video.play();
      video.hidden = false;
      said.textContent = "";
      button.textContent = place.dataset.stop;
      look(new BarcodeDetector({ formats: ["qr_code"] }));
    } catch { stop(); said.textContent = place.dataset.denied; }
  });
  const cannot = () => { place.hidden = false; button.hidden = true; said.textContent = place.dataset.cannot; };
  if (!("BarcodeDetector" in window) || !navigator.mediaDevices) { cannot(); return; }
  BarcodeDetector.getSupportedFormats().then((formats) => { if (formats.includes("qr_code")) place.hidden = false; else cannot(); }, cannot);
})();
