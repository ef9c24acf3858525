/* The call console: what is typed is kept at once, here first and then on the server; keys press what is on the page.
   Alt and a key, or Esc and then the key, as some browsers keep Alt for themselves. */
(() => {
  "use strict";
  const $ = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const form = () => $("#console");
  let escaped = false;
  let lostSince = null;
  let waiting = false;
  let answerWaits = "";
  let keeping = null;
  let doing = false;
  let again = false;
  let deedWaits = null;
  let leaving = false;
  let isOver = false;
  let switching = 0;
  let lastTurn = 0;
  let lastTouched = Date.now();

  // ---- drafts: in this tab until the server has them; each with the value it was based on

  const STEP_OWN = ["choice", "confirmed"];
  const TYPED = /^(fact-\w+|contact_name|reference_number|no_contact_reason|no_reference_reason|outcome|next_action|next_owner|next_due_on|next_due_reason|words|choice|confirmed)$/;
  const draftKey = (of = form()) => `dueline-call-${of.dataset.call}-${of.dataset.part}`;
  const readDraft = (key = draftKey()) => JSON.parse(sessionStorage.getItem(key) || "{}");
  const writeDraft = (draft, key = draftKey()) => {
    if (Object.keys(draft).length) sessionStorage.setItem(key, JSON.stringify(draft));
    else sessionStorage.removeItem(key);
  };
  const step = () => $("[name=step]", form()).value;
  const named = (name) => all(`[name="${CSS.escape(name)}"]`, form()).filter((field) => field.type !== "hidden");

  function valueOf(fields) {
    const [first] = fields;
    if (first.type === "radio") return fields.find((field) => field.checked)?.value ?? "";
    return first.type === "checkbox" ? (first.checked ? "on" : "") : first.value;
  }

  // What the server showed or was last told.
  function baseOf(fields) {
    const [first] = fields;
    if (first.type === "radio") return fields.find((field) => field.defaultChecked)?.value ?? "";
    if (first.type === "checkbox") return first.defaultChecked ? "on" : "";
    if (first.tagName === "SELECT") return [...first.options].find((option) => option.defaultSelected)?.value ?? first.options[0].value;
    return first.defaultValue;
  }

  function setBase(fields, value) {
    for (const field of fields) {
      if (field.type === "radio") field.defaultChecked = field.value === value;
      else if (field.type === "checkbox") field.defaultChecked = value === "on";
      else if (field.tagName === "SELECT") for (const option of field.options) option.defaultSelected = option.value === value;
      else { const typed = field.value; field.defaultValue = value; field.value = typed; }
    }
  }

  function setValue(fields, value) {
    for (const field of fields) {
      if (field.type === "radio") field.checked = field.value === value;
      else if (field.type === "checkbox") field.checked = value === "on";
      else field.value = value;
    }
  }

  function remember(field) {
    if (!TYPED.test(field.name)) return;
    const fields = named(field.name);
    const draft = readDraft();
    const was = draft[field.name]?.was ?? baseOf(fields);
    const value = valueOf(fields);
    if (value === was) delete draft[field.name];
    else draft[field.name] = { value, was, ...(STEP_OWN.includes(field.name) ? { step: step() } : {}) };
    writeDraft(draft);
  }

  // The server has what was sent: only that is forgotten; what was typed since stays, based on it.
  function forget(key, sent, differing) {
    if (leaving) return; // the page to come may have been made before this was kept
    const draft = readDraft(key);
    const isHere = form() && draftKey() === key;
    for (const [name, value] of sent.entries()) {
      if (!TYPED.test(name) && name !== "can_confirm") continue;
      const own = name === "can_confirm" ? "confirmed" : name;
      const told = name === "can_confirm" ? (sent.get("confirmed") ?? "") : value;
      if (name === "confirmed") continue;
      if (own in differing) {
        if (draft[own]) draft[own].was = differing[own];
        continue;
      }
      if (draft[own]?.value === told) delete draft[own];
      else if (draft[own]) draft[own].was = told;
      const fields = isHere ? named(own) : [];
      if (!fields.length || (STEP_OWN.includes(own) && sent.get("step") !== step())) continue;
      setBase(fields, told);
      if (valueOf(fields) !== told) draft[own] = { value: valueOf(fields), was: told, ...(STEP_OWN.includes(own) ? { step: step() } : {}) };
    }
    writeDraft(draft, key);
  }

  // What stands in the draft is newer than what the server shows.
  function restore() {
    const draft = readDraft();
    for (const [name, kept] of Object.entries(draft)) {
      if (kept.step !== undefined && kept.step !== step()) { delete draft[name]; continue; }
      const fields = named(name);
      if (!fields.length) continue;
      if (baseOf(fields) === kept.value) delete draft[name];
      else setValue(fields, kept.value);
    }
    writeDraft(draft);
    return Object.keys(draft).length > 0;
  }

  function clearDrafts() {
    for (const key of Object.keys(sessionStorage)) if (key.startsWith(`dueline-call-${form()?.dataset.call ?? ""}`)) sessionStorage.removeItem(key);
  }

  // ---- the server

  function line(words, isRefusal = false) {
    const place = $("#c-lost");
    if (!place) return;
    place.hidden = !words;
    place.textContent = words;
    place.setAttribute("role", isRefusal ? "alert" : "status");
    if (!isRefusal) return;
    const again = document.createElement("button");
    again.type = "button"; again.className = "btn"; again.textContent = "Reload the page";
    again.addEventListener("click", () => location.reload());
    place.append(" ", again);
  }

  function lost() {
    lostSince ??= new Date();
    const time = lostSince.toLocaleTimeString([], { hour: "numeric", minute: "2-digit" });
    line(`Not connected since ${time}. What you type is kept here. ${answerWaits ? "Your answer goes out by itself when the connection is back." : "Answers and saving wait."}`);
    const save = $("[data-save-key]");
    if (save) save.disabled = true;
    if (!waiting) { waiting = true; setTimeout(() => { waiting = false; keep(); }, 3000); }
  }

  function found() {
    if (lostSince === null) return;
    lostSince = null;
    line("");
    const save = $("[data-save-key]");
    if (save) save.disabled = false;
    const waited = answerWaits;
    answerWaits = "";
    if (waited && form() && waited === `${draftKey()} ${step()}`) $("#c-answer")?.click();
  }

  // What is sent later counts, whichever arrives first.
  function turn() {
    lastTurn = Math.max(lastTurn + 1, Date.now());
    return lastTurn;
  }

  // Only what was changed here goes out, with what it was: another tab's facts stay as they are.
  function payload(deed) {
    const data = new FormData();
    for (const name of ["csrfmiddlewaretoken", "claim", "step", "proposed_due_on"]) data.set(name, $(`[name=${name}]`, form())?.value ?? "");
    data.set("do", deed);
    data.set("turn", turn());
    for (const [name, kept] of Object.entries(readDraft())) {
      if (kept.step !== undefined && kept.step !== step()) continue;
      if (name === "confirmed") { data.set("can_confirm", "1"); if (kept.value) data.set("confirmed", "on"); continue; }
      data.set(name, kept.value);
      data.set(`was-${name}`, kept.was);
    }
    if (deed === "answer") data.set("choice", marked());
    if (deed === "switch") data.set("scenario", $("[name=scenario]", form()).value);
    return data;
  }

  function differingIn(text) {
    const found = all("#c-differs [data-name]", new DOMParser().parseFromString(text, "text/html"));
    return Object.fromEntries(found.map((one) => [one.dataset.name, one.dataset.theirs]));
  }

  const REFUSED = {
    403: "Not kept: your sign-in changed, perhaps in another tab. What you type is kept here; reload the page to go on.",
    404: "Not kept: this call is not yours, or you signed in as someone else. What you type is kept here until you sign out.",
  };
  const GONE = "Not kept: you are signed out, or the call was ended in another tab. What you typed is kept here; copy what you need before you go on.";

  function refused(status, text) {
    const said = $(".c-refused[role=alert]", new DOMParser().parseFromString(text, "text/html"))?.textContent;
    line(said ? `Not kept: ${said} What you type is kept here.` : REFUSED[status] ?? `Not kept: the server refused it (${status}). What you type is kept here.`, true);
  }

  // One at a time: a second would be based on what the first is about to change.
  function keep() {
    if (!form() || isOver) return;
    if (keeping || doing) { again = true; return; }
    again = false;
    const sent = payload("keep");
    const key = draftKey();
    document.documentElement.toggleAttribute("data-keeping", true);
    keeping = fetch(form().action, { method: "POST", body: new URLSearchParams(sent), headers: { "HX-Request": "true" }, redirect: "manual" })
      .then((answer) => {
        if (answer.status >= 500) throw new Error("server");
        const isGone = answer.type === "opaqueredirect" || answer.headers.get("HX-Redirect");
        return answer.text().then((text) => ({ text, isGone, status: answer.status }));
      })
      .then(({ text, isGone, status }) => {
        found();
        if (!form()) return;
        if (isGone) {
          if (Object.keys(readDraft()).length) line(GONE, true); else location.reload();
          return;
        }
        if (status === 202) { setTimeout(keep, 500); return; } // overtaken on its way: sent again
        if (status !== 200) { refused(status, text); return; }
        forget(key, sent, differingIn(text));
        if (draftKey() === key) place(text);
      })
      .catch(lost)
      .finally(() => {
        keeping = null;
        document.documentElement.toggleAttribute("data-keeping", false);
        const deed = deedWaits;
        deedWaits = null;
        if (deed && form()) deed(); else if (again && lostSince === null) keep();
      });
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
      if (!here || here.contains(document.activeElement)) continue;
      if (all("[name]", here).some((field) => field.name in readDraft())) continue; // changed here meanwhile
      piece.removeAttribute("hx-swap-oob");
      here.replaceWith(piece);
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
    $("#c-first").textContent = "";
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
    if (target.type === "date" && target === document.activeElement) return; // still being typed
    if (["outcome", "next_action", "next_owner"].includes(target.name)) { soon(() => send("show")); return; }
    keep();
  });

  document.addEventListener("focusout", (event) => {
    if (event.target.type === "date" && form()?.contains(event.target) && event.target.name in readDraft()) keep();
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

  // A deed without a connection waits: an answer goes out by itself, anything else is pressed again.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=do]");
    if (!button || !form()?.contains(button)) return;
    if (button.value === "answer" && $("[name=choice]", form()) && !marked()) {
      event.preventDefault(); event.stopImmediatePropagation();
      $("#c-first").textContent = "Choose an answer first.";
      $("[name=choice]", form()).focus();
      return;
    }
    if (lostSince === null) return;
    event.preventDefault(); event.stopImmediatePropagation();
    if (button.value === "answer") answerWaits = `${draftKey()} ${step()}`;
    lost();
  }, true);

  document.addEventListener("htmx:confirm", (event) => {
    if (event.detail.elt !== form() || !keeping) return;
    event.preventDefault();
    deedWaits = () => event.detail.issueRequest(true);
  });
  const ofForm = (event) => event.detail.elt === form() || event.detail.requestConfig?.elt?.id === "console";
  const sentBy = (event) => event.detail.requestConfig?.formData;
  document.addEventListener("htmx:afterRequest", (event) => {
    if (!ofForm(event)) return;
    doing = false;
    if (event.detail.xhr?.status) found();
    if (again && lostSince === null) keep();
  });
  document.addEventListener("htmx:beforeRequest", (event) => { if (ofForm(event)) doing = true; });
  document.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.elt !== form()) return;
    event.detail.parameters = payload(event.detail.parameters.do ?? "keep");
    event.detail.formData = event.detail.parameters;
  });
  document.addEventListener("htmx:sendError", (event) => {
    if (ofForm(event) && sentBy(event)?.get("do") === "answer") answerWaits = `${draftKey()} ${step()}`;
    lost();
  });
  document.addEventListener("htmx:responseError", (event) => { if (ofForm(event)) refused(event.detail.xhr.status, event.detail.xhr.responseText); });
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    if (!ofForm(event) || event.detail.xhr.status !== 200 || !event.detail.xhr.getResponseHeader("HX-Redirect")) return;
    clearDrafts();
    isOver = true; // the next page is on its way: to keep more would only lead back to this call
    setTimeout(() => { isOver = false; }, 5000);
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (!ofForm(event)) return;
    const { xhr } = event.detail;
    // A refusal is a page too: it says what is missing, with everything that was typed.
    if ([409, 422].includes(xhr.status)) { event.detail.shouldSwap = true; event.detail.isError = false; }
    if (xhr.status === 200) forget(draftKey(event.detail.requestConfig.elt), sentBy(event), differingIn(xhr.responseText));
  });
  document.addEventListener("htmx:afterSwap", () => { if (form()) restore(); });
  document.addEventListener("htmx:afterSettle", fresh);
  window.addEventListener("beforeunload", () => { leaving = true; setTimeout(() => { leaving = false; }, 5000); });
  window.addEventListener("offline", lost);
  window.addEventListener("online", keep);
  setInterval(tick, 1000);
  setInterval(stay, 240_000);
  fresh();
})();
