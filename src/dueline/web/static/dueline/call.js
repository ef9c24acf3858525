/* The call console: what is typed is kept at once, here first and then on the server; keys press what is on the page.
   Alt and a key, or Esc and then the key, as some browsers keep Alt for themselves. */
(() => {
  "use strict";
  const $ = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const form = () => $("#console");
  const STAMP = ["claim", "step", "do", "csrfmiddlewaretoken", "scenario", "proposed_due_on", "turn"];
  let escaped = false;
  let lostSince = null;
  let waiting = false;
  let switching = 0;
  let lastTurn = 0;
  let lastTouched = Date.now();

  // ---- drafts: in this tab until the server has them

  const draftKey = () => `dueline-call-${form().dataset.call}-${form().dataset.claim}`;
  const readDraft = () => JSON.parse(sessionStorage.getItem(draftKey()) || "{}");
  const writeDraft = (draft) => {
    if (Object.keys(draft).length) sessionStorage.setItem(draftKey(), JSON.stringify(draft));
    else sessionStorage.removeItem(draftKey());
  };

  function remember(field) {
    if (!field.name || STAMP.includes(field.name)) return;
    const draft = readDraft();
    draft[field.name] = field.type === "checkbox" ? field.checked : field.value;
    writeDraft(draft);
  }

  function forget(sent) {
    const draft = readDraft();
    for (const name of Object.keys(draft)) {
      const now = draft[name] === true ? "on" : draft[name] === false ? null : draft[name];
      if (sent.get(name) === now) delete draft[name];
    }
    writeDraft(draft);
  }

  function restore() {
    let isRestored = false;
    for (const [name, value] of Object.entries(readDraft())) {
      for (const field of all(`[name="${CSS.escape(name)}"]`, form())) {
        if (field.type === "radio") { if (field.value === value) { field.checked = true; isRestored = true; } }
        else if (field.type === "checkbox") { field.checked = value; isRestored = true; }
        else if (field.value !== value) { field.value = value; isRestored = true; }
      }
    }
    return isRestored;
  }

  // ---- the server

  function lost() {
    lostSince ??= new Date();
    const line = $("#c-lost");
    if (line) {
      line.hidden = false;
      const time = lostSince.toLocaleTimeString([], { hour: "numeric", minute: "2-digit" });
      line.textContent = `Not connected since ${time}. What you type is kept here.`;
    }
    if (!waiting) { waiting = true; setTimeout(() => { waiting = false; keep(); }, 3000); }
  }

  function found() {
    lostSince = null;
    const line = $("#c-lost");
    if (line) line.hidden = true;
  }

  // What is sent later counts, whichever arrives first.
  function turn() {
    lastTurn = Math.max(lastTurn + 1, Date.now());
    return lastTurn;
  }

  function values(deed) {
    const data = new FormData(form());
    data.set("do", deed);
    data.set("turn", turn());
    return data;
  }

  function keep() {
    if (!form()) return;
    const sent = values("keep");
    const at = draftKey();
    fetch(form().action, { method: "POST", body: new URLSearchParams(sent), headers: { "HX-Request": "true" }, redirect: "manual" })
      .then((answer) => {
        if (answer.type === "opaqueredirect" || answer.headers.get("HX-Redirect")) { location.reload(); return null; }
        if (answer.status >= 500) throw new Error("server");
        return answer.text().then((text) => ({ text, ok: answer.ok }));
      })
      .then((answer) => {
        if (!answer) return;
        found();
        if (!form() || draftKey() !== at) return;
        forget(sent);
        if (answer.ok) place(answer.text);
      })
      .catch(lost);
  }

  // A sign of life, so that the claims stay the caller's on a long hold; a page that was left sends none.
  function stay() {
    if (!form() || Date.now() - lastTouched > 3_600_000) return;
    const sent = new URLSearchParams({ do: "stay", csrfmiddlewaretoken: $("[name=csrfmiddlewaretoken]", form()).value });
    fetch(form().action, { method: "POST", body: sent, redirect: "manual" }).catch(lost);
  }

  function place(text) {
    const pieces = new DOMParser().parseFromString(text, "text/html");
    for (const piece of all("[id]", pieces.body)) {
      const here = document.getElementById(piece.id);
      if (here && !here.contains(document.activeElement)) { piece.removeAttribute("hx-swap-oob"); here.replaceWith(piece); }
    }
  }

  // ---- the page as it stands

  function marked() {
    return $("[name=choice]:checked", form())?.value ?? "";
  }

  function showFields() {
    for (const part of all("[data-for]", form())) {
      const isAsked = part.dataset.for.split(" ").includes(marked());
      part.hidden = !isAsked;
      for (const field of all("input", part)) field.disabled = !isAsked;
    }
  }

  function clock(seconds) {
    const two = (number) => String(number).padStart(2, "0");
    const hours = Math.floor(seconds / 3600);
    return `${hours ? `${hours}:` : ""}${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  }

  function tick() {
    for (const meter of all("[data-meter]")) {
      meter.dataset.from ??= Date.now();
      const gone = "runs" in meter.dataset ? Math.floor((Date.now() - meter.dataset.from) / 1000) : 0;
      meter.textContent = clock(Number(meter.dataset.seconds) + gone);
    }
  }

  function fresh() {
    if (!form()) return;
    if (restore()) keep();
    showFields();
    tick();
    const now = $("li.now", form());
    const active = document.activeElement;
    if (now && (active === document.body || !active)) ($("input:not([type=hidden]):not([disabled])", now) ?? $("#c-answer", now) ?? $("#f-reference"))?.focus();
  }

  const steps = {
    ArrowDown: () => $("#c-answer")?.click(),
    ArrowUp: () => $("[data-last]")?.click(),
    "[": () => tab(-1),
    "]": () => tab(1),
  };

  function tab(step) {
    const tabs = all("[data-tab]");
    tabs[tabs.findIndex((one) => one.hasAttribute("aria-current")) + step]?.click();
  }

  function altKey(key) {
    if (steps[key]) { steps[key](); return true; }
    const target = $(`[data-alt="${CSS.escape(key.toLowerCase())}"]`, form());
    if (!target) return false;
    if (target.tagName === "SELECT") target.focus();
    else target.click();
    return true;
  }

  function copy(target, text) {
    navigator.clipboard?.writeText(text).then(() => {
      target.dataset.was ??= target.textContent;
      target.textContent = "Copied";
      setTimeout(() => { target.textContent = target.dataset.was; }, 900);
    });
  }

  document.addEventListener("keydown", (event) => {
    if (!form() || $("dialog[open]")) return;
    if (event.ctrlKey && event.key === "Enter") { event.preventDefault(); $("[data-save-key]")?.click(); return; }
    if (event.key === "Escape") { escaped = true; document.activeElement?.blur(); event.stopImmediatePropagation(); return; }
    if ((event.altKey || escaped) && !event.ctrlKey && !event.metaKey && event.key !== "Alt") {
      escaped = false;
      // With Alt some layouts type another sign: the key itself decides then.
      const key = event.altKey && /^(Key|Digit)/.test(event.code) ? event.code.replace(/^(Key|Digit)/, "").toLowerCase() : event.key;
      if (altKey(key)) { event.preventDefault(); event.stopImmediatePropagation(); }
      return;
    }
    const inText = event.target.matches("input:not([type=radio]):not([type=checkbox]), textarea, select");
    if (!inText && /^[1-9]$/.test(event.key)) {
      const choice = all("[name=choice]", form())[Number(event.key) - 1];
      if (choice) { event.preventDefault(); event.stopImmediatePropagation(); choice.checked = true; choose(choice); }
    }
  }, true);

  function choose(choice) {
    remember(choice);
    showFields();
    const first = $(`[data-for~="${CSS.escape(choice.value)}"] input`, form());
    if (first) first.focus(); else choice.focus();
    keep();
  }

  for (const kind of ["pointermove", "keydown", "click"]) {
    document.addEventListener(kind, () => { lastTouched = Date.now(); }, { capture: true, passive: true });
  }

  document.addEventListener("input", (event) => { if (form()?.contains(event.target)) remember(event.target); });

  document.addEventListener("change", (event) => {
    const target = event.target;
    if (!form()?.contains(target)) return;
    if (target.name === "scenario") { soon(() => { target.blur(); send("switch"); }); return; }
    if (target.name === "choice") { choose(target); return; }
    remember(target);
    if (["outcome", "next_action"].includes(target.name)) { soon(() => send("show")); return; }
    keep();
  });

  // By keyboard a list changes with each letter: the last one within a moment counts.
  function soon(deed) {
    clearTimeout(switching);
    switching = setTimeout(deed, 500);
  }

  function send(deed) {
    const button = document.createElement("button");
    button.name = "do"; button.value = deed; button.hidden = true;
    form().append(button);
    button.click();
  }

  document.addEventListener("click", (event) => {
    const target = event.target.closest("[data-copied], [data-copy-note], [data-view]");
    if (!target || !form()) return;
    if (target.dataset.copied) copy(target, target.dataset.copied);
    else if (target.hasAttribute("data-copy-note")) copy(target, $("#c-pre").dataset.note);
    else form().dataset.shows = form().dataset.shows === target.dataset.view ? "" : target.dataset.view;
  });

  document.addEventListener("htmx:afterRequest", (event) => { if (event.detail.elt === form() && event.detail.xhr?.status) found(); });
  document.addEventListener("htmx:configRequest", (event) => { if (event.detail.elt === form()) event.detail.parameters.turn = turn(); });
  document.addEventListener("htmx:sendError", () => lost());
  document.addEventListener("htmx:beforeSwap", (event) => {
    // A refusal is a page too: it says what is missing, with everything that was typed.
    if ([409, 422].includes(event.detail.xhr.status)) { event.detail.shouldSwap = true; event.detail.isError = false; }
    if (event.detail.shouldSwap && form()) sessionStorage.removeItem(draftKey());
  });
  document.addEventListener("htmx:afterSettle", fresh);
  setInterval(tick, 1000);
  setInterval(stay, 240_000);
  fresh();
})();
