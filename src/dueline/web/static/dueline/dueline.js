/* Keys, the chosen row, dialogs, dropped files. No rules: every key presses something that is on the page. */
(() => {
  "use strict";
  const $ = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const body = document.body;
  let isGoing = false;

  const rows = () => all("[data-list] > tbody > tr:not(.w-under)");
  const chosen = () => $("[data-list] tr.sel");

  function choose(row) {
    const before = chosen();
    if (!row || row === before) return;
    before?.classList.remove("sel");
    before?.removeAttribute("aria-current");
    row.classList.add("sel");
    row.setAttribute("aria-current", "true");
    row.scrollIntoView({ block: "nearest" });
    $("a", row)?.focus({ preventScroll: true });
    placePanel();
    if (row.dataset.why) window.htmx?.ajax("GET", row.dataset.why, { target: "#why", swap: "innerHTML" });
  }

  // On a narrow page the reason panel stands below the chosen row; else beside the list.
  const narrow = window.matchMedia("(max-width: 1180px)");

  function placePanel() {
    const panel = $("#why");
    const row = chosen();
    const cols = $(".w-cols");
    if (!panel || !cols || !row) return;
    let under = $(".w-under");
    if (narrow.matches) {
      under ??= Object.assign(document.createElement("tr"), { className: "w-under" });
      if (!under.firstChild) under.append(Object.assign(document.createElement("td"), { colSpan: 9 }));
      under.firstChild.append(panel);
      row.after(under);
    } else {
      cols.append(panel);
      under?.remove();
    }
  }
  narrow.addEventListener("change", placePanel);
  placePanel();

  function move(step) {
    const list = rows();
    const at = list.indexOf(chosen());
    choose(list[Math.max(0, Math.min(list.length - 1, at + step))]);
  }

  function open(id) {
    const dialog = document.getElementById(id);
    if (dialog && !dialog.open) dialog.showModal();
    return Boolean(dialog);
  }

  function press(selector) {
    const element = $(selector);
    if (!element) return false;
    if (element.dataset.open && open(element.dataset.open)) return true;
    element.click();
    return true;
  }

  function moveCell(event) {
    const table = $("[data-cells]");
    const steps = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
    if (!table || !steps[event.key]) return false;
    const grid = all("tbody tr, tfoot tr:first-child", table).map((row) => all("td", row));
    const now = document.activeElement.closest("td");
    let y = grid.findIndex((row) => row.includes(now));
    if (y < 0) { $("tbody td a", table)?.focus(); return true; }
    let x = grid[y].indexOf(now);
    const [dy, dx] = steps[event.key];
    for (let i = 0; i < 40; i += 1) {
      y += dy; x += dx;
      if (!grid[y] || !grid[y][x]) return true;
      const link = $("a", grid[y][x]);
      if (link) { link.focus(); return true; }
    }
    return true;
  }

  const cards = () => all("[data-card]"); // what waits for a decision

  // Not every list is of claims.
  const claimLink = () => $('a[href*="/claims/"]', chosen() ?? document.createElement("i"));

  function call(isBatch) {
    const form = $("#start-call");
    const link = claimLink();
    if (!form || !link) return;
    form.action = `${new URL(link.href).pathname}call/`;
    $("[name=batch]", form).disabled = !isBatch;
    form.requestSubmit();
  }

  const single = {
    j: () => move(1),
    k: () => move(-1),
    n: () => $("#next-claim")?.requestSubmit(),
    "/": () => $("#find")?.focus(),
    "?": () => open("keys"),
    m: () => { const link = claimLink(); if (link) location.assign(`${link.href}&move=1`); },
    f: () => $(".dl-filter select")?.focus(),
    c: () => call(false),
    b: () => call(true),
    q: () => {
      const list = cards();
      const next = list[(list.findIndex((card) => card.contains(document.activeElement)) + 1) % list.length];
      next?.focus();
    },
    a: () => $("[data-ask]", cards().find((card) => card.contains(document.activeElement)) ?? document)?.click(),
    y: () => $("[data-copy]")?.click(),
    g: () => { isGoing = true; setTimeout(() => { isGoing = false; }, 1500); },
  };

  function isTyping(element) {
    return element.matches("input, textarea, select, [contenteditable]");
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey && event.key === "Enter") {
      const form = $("dialog[open] form[data-save]") ?? $('form[data-save="page"]');
      if (form) { event.preventDefault(); form.requestSubmit($("[name=next]", form)); }
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if ($("dialog[open]")) return;
    if (body.hasAttribute("data-no-single-keys")) return;
    if (event.key === "Escape") {
      const back = $("[data-back]") ?? (body.dataset.page === "claim" ? $('.dl-nav [data-go="w"]') : null);
      if (back) { back.click(); return; }
    }
    if (isGoing && press(`[data-go="${CSS.escape(event.key)}"]`)) { event.preventDefault(); return; }
    isGoing = false;
    if (moveCell(event)) { event.preventDefault(); return; }
    if (event.key === "Enter") {
      if (event.target === body && !press('[data-key="Enter"]')) $("a", chosen() ?? document.createElement("i"))?.click();
      return;
    }
    if (/^[1-5]$/.test(event.key) && press(`[data-order="${event.key}"]`)) return;
    if (press(`[data-key="${CSS.escape(event.key)}"]`)) { event.preventDefault(); return; }
    const deed = single[event.key];
    if (deed) { event.preventDefault(); deed(); }
  });

  document.addEventListener("click", (event) => {
    const target = event.target.closest("[data-open], [data-close], [data-help], [data-copy], [data-copy-text]");
    if (target?.dataset.open && open(target.dataset.open)) event.preventDefault();
    else if (target?.hasAttribute("data-close")) target.closest("dialog")?.close();
    else if (target?.hasAttribute("data-help")) open("keys");
    else if (target?.dataset.copy) navigator.clipboard?.writeText(target.dataset.copy.replaceAll(" ", ""));
    else if (target?.dataset.copyText) navigator.clipboard?.writeText(target.dataset.copyText).then(() => { target.textContent = "Copied"; });
    const row = event.target.closest("[data-list] > tbody > tr:not(.w-under)");
    if (row && !event.target.closest("a, button")) choose(row);
  });

  // A field of a closed dialog may keep the focus, and would then swallow the next key.
  document.addEventListener("close", (event) => {
    if (event.target.contains(document.activeElement)) document.activeElement.blur();
  }, true);

  document.addEventListener("change", (event) => {
    event.target.closest("form[data-submit-on-change]")?.requestSubmit();
    if (event.target.matches("[data-submit-on-pick]") && event.target.files.length) event.target.form.requestSubmit();
  });

  for (const area of all("[data-drop]")) {
    area.addEventListener("dragover", (event) => { event.preventDefault(); area.classList.add("over"); });
    area.addEventListener("dragleave", () => area.classList.remove("over"));
    area.addEventListener("drop", (event) => {
      event.preventDefault();
      $("input[type=file]", area).files = event.dataTransfer.files;
      area.requestSubmit();
    });
  }

  // What was typed during a call stays in its tab until the server has it: not beyond the call, nor the sign-out.
  function clearDrafts(own) {
    for (const key of Object.keys(sessionStorage)) {
      if (key.startsWith("dueline-call-") && !(own && key.startsWith(`dueline-call-${own}-`))) sessionStorage.removeItem(key);
    }
  }
  if (body.dataset.ownCall) clearDrafts(body.dataset.ownCall);
  const tabs = new BroadcastChannel("dueline");
  tabs.addEventListener("message", () => { clearDrafts(""); setTimeout(() => location.reload(), 1500); });
  document.addEventListener("submit", (event) => {
    if (event.target.matches("[data-sign-out]")) { clearDrafts(""); tabs.postMessage("signed out"); }
  });

  $("dialog[data-start-open]")?.showModal();
})();
