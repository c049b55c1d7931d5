// What is typed in a task's form is kept: by the server as a draft, and on this device as long as the server has not
// said that it has it (docs/adr/0031). A copy on the device is enciphered with a key that only its person's pages get.
"use strict";
(() => {
  const SAVE_AFTER = 600, SAVE_AT_MOST = 1000, COPY_AFTER = 200, AGAIN_AFTER = 4000, GIVE_UP_AFTER = 15000;
  const HOUR = 3600 * 1000;
  const about = document.querySelector("meta[name=saisie]");
  const form = document.querySelector("form[data-draft]");

  // What was kept on this device has been looked for: said on the page, too, for whoever drives it.
  let ready;
  const looked = new Promise((yes) => { ready = () => { document.documentElement.dataset.saisie = "ready"; yes(); }; });

  // ---- copies on this device

  let opened = null;
  const database = () => opened ??= new Promise((yes, no) => {
    const asked = indexedDB.open("saisie", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("copies");
    asked.onsuccess = () => yes(asked.result);
    asked.onerror = () => no(asked.error);
  });

  const stored = async (mode, act) => {
    const tx = (await database()).transaction("copies", mode);
    const asked = act(tx.objectStore("copies"));
    return new Promise((yes, no) => {
      tx.oncomplete = () => yes(asked.result);
      tx.onerror = tx.onabort = () => no(tx.error);
    });
  };

  const forget = (key) => stored("readwrite", (copies) => copies.delete(key));

  const forgetAll = (start) => stored("readwrite", (copies) => copies.delete(IDBKeyRange.bound(start, start + "\uffff")));

  const forgetOld = (hours) => stored("readwrite", (copies) => {
    const walk = copies.openCursor();
    walk.onsuccess = () => {
      if (!walk.result) return;
      if (!(Date.now() - walk.result.value.at < hours * HOUR)) walk.result.delete();
      walk.result.continue();
    };
    return walk;
  });

  const bytes = (text) => Uint8Array.from(atob(text), (each) => each.charCodeAt(0));

  const cipher = (secret) => crypto.subtle.importKey("raw", bytes(secret), "AES-GCM", false, ["encrypt", "decrypt"]);

  const enciphered = async (secret, what) => {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const data = new TextEncoder().encode(JSON.stringify(what));
    return { at: Date.now(), iv, data: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await cipher(secret), data) };
  };

  const deciphered = async (secret, copy) => {
    const data = await crypto.subtle.decrypt({ name: "AES-GCM", iv: copy.iv }, await cipher(secret), copy.data);
    return JSON.parse(new TextDecoder().decode(data));
  };

  // ---- what the form holds, as [name, value] pairs

  const isAnswer = (name) => /^(champ|liste|lignes)-/.test(name);
  const pairs = () => [...new FormData(form)].filter(([, value]) => typeof value === "string");
  const answers = (all) => all.filter(([name, value]) => isAnswer(name) && value !== "");
  const same = (one, other) => JSON.stringify(answers(one).sort()) === JSON.stringify(answers(other).sort());

  const show = (control, values) => {
    if (control.type === "radio" || control.type === "checkbox") {
      control.checked = values.includes(control.value);
      return;
    }
    control.value = values[0] ?? "";
    if (control.type === "date" && control.value !== (values[0] ?? "")) {
      control.type = "text";  // a picker shows nothing of a date that was written otherwise
      control.value = values[0];
    }
  };

  const controls = (name) => [...form.elements].filter((each) => each.name === name && each.type !== "hidden");
  const told = (control) => control.dispatchEvent(new Event("change", { bubbles: true }));

  // ---- saving

  const saved = document.getElementById("brouillon");
  const disputes = document.getElementById("desaccords");
  let typed = 0, isSending = false, isLeaving = false, isOver = false, isUndecided = false, shownDisputes = "";
  let savedUpTo = 0, saveTimer = 0, copyTimer = 0, since = 0;

  const say = (text) => { if (saved.textContent !== text) saved.textContent = text; };
  const copyKey = (slot) => `${about.content}|${form.dataset.copy}|${slot}`;
  const isUnsaved = () => typed > savedUpTo;
  const slot = () => isUndecided ? "+" : "";

  const keepCopy = async () => {
    copyTimer = 0;
    await looked;  // a copy of before is not written over unseen
    if (!about.dataset.key || !crypto.subtle) return false;
    const now = typed, kept = pairs().filter(([name]) => isAnswer(name) || name.startsWith("lu-") || name === "page");
    const copy = await enciphered(about.dataset.key, kept);
    if (now <= savedUpTo) return true;  // the server has it by now
    if (isOver) return false;  // its person signs out: nothing more of hers stays here
    await stored("readwrite", (copies) => copies.put(copy, copyKey(slot())));
    return true;
  };

  const copySoon = () => { copyTimer ||= setTimeout(() => keepCopy().catch(() => { }), COPY_AFTER); };

  const saveSoon = (after = SAVE_AFTER) => {
    clearTimeout(saveTimer);
    since ||= Date.now();
    saveTimer = setTimeout(save, Math.max(0, Math.min(after, Math.max(SAVE_AT_MOST, after) - (Date.now() - since))));
  };

  const save = async () => {
    if (isSending || isLeaving) return;
    isSending = true;
    since = 0;
    const upTo = typed, sent = pairs();
    let isAgain = false;
    try {
      const answer = await fetch(form.dataset.draft, {
        method: "POST", body: new URLSearchParams(sent), headers: { "HX-Request": "true" },
        signal: AbortSignal.timeout(GIVE_UP_AFTER),
      });
      if (answer.status >= 500 || answer.status === 429) throw new Error("down");
      await heard(answer, sent, upTo);
    } catch {
      isAgain = true;
      await sayDown();
    }
    isSending = false;
    if (isLeaving) return;
    if (isAgain) saveSoon(AGAIN_AFTER); else if (typed > upTo) saveSoon();
  };

  const sayDown = async () => {
    const isKept = await keepCopy().catch(() => false);
    say(isKept ? form.dataset.keptHere : form.dataset.notKeptHere);
  };

  const heard = async (answer, sent, upTo) => {
    const isJson = (answer.headers.get("Content-Type") ?? "").startsWith("application/json");
    if (!isJson) {  // the session has ended, or the page is no longer valid: its answer says so
      if (answer.status === 401) saved.innerHTML = await answer.text(); else say(form.dataset.refused);
      return;
    }
    const said = await answer.json();
    say(said.said);
    if (!answer.ok) return;
    if (said.disputes !== shownDisputes) disputes.innerHTML = shownDisputes = said.disputes;
    for (const [key, mark] of Object.entries(said.marks)) {
      if (!(key in said.taken) || takeOver(key, said.taken[key], sent)) note(key, mark);
    }
    if (said.disputes) return;
    savedUpTo = upTo;
    if (typed === upTo) {
      clearTimeout(copyTimer);
      copyTimer = 0;
      await forget(copyKey(slot()));
    }
  };

  const note = (key, mark) => { for (const each of form.querySelectorAll(`input[name="lu-${key}"]`)) each.value = mark; };

  // Of a list that a colleague's page had later, this page may lack her choice: to show none would answer for her.
  const isOffered = (name, value) => controls(name).some((each) => each.options
    ? [...each.options].some((option) => option.value === value)
    : !["radio", "checkbox"].includes(each.type) || each.value === value);

  // A colleague's answer, unless something else was typed there meanwhile.
  const takeOver = (key, value, sent) => {
    const name = controls(`liste-${key}`).length ? `liste-${key}` : `champ-${key}`;
    if (!controls(name).length) return false;  // rows and files: shown when the page is loaded anew, and not written over
    const before = JSON.stringify(sent.filter(([each]) => each === name));
    if (JSON.stringify(pairs().filter(([each]) => each === name)) !== before) return false;
    const values = [value].flat().filter((each) => ![null, false, ""].includes(each)).map(String);
    if (!values.every((each) => isOffered(name, each))) return false;  // shown, too, when the page is loaded anew
    for (const each of controls(name)) show(each, values);
    controls(name).slice(0, 1).forEach(told);
    return true;
  };

  const touched = (event) => {
    if (event.isTrusted) isLeaving = false;  // who goes on typing has stayed: what was sent was stopped
    if (event.target.name === undefined || isLeaving) return;
    typed++;
    copySoon();
    saveSoon();
  };

  // ---- answers that no script has heard of, and questions that did not come

  const isAsDrawn = (control) => {
    if (control.type === "radio" || control.type === "checkbox") return control.checked === control.defaultChecked;
    if (control.type === "select-one") {
      return control.selectedIndex === Math.max(0, [...control.options].findIndex((each) => each.defaultSelected));
    }
    const drawn = document.createElement(control.tagName);  // with the browser's own way to show what was written
    if (control.tagName === "INPUT") drawn.type = control.type;
    drawn.defaultValue = control.defaultValue;
    return control.value === drawn.value;
  };

  // Given before the scripts had come, or put back by the browser itself.
  const catchUp = () => {
    const answered = "input[name]:not([type=hidden]), select, textarea";
    for (const each of document.querySelectorAll("form[data-draft], form[hx-trigger=change]")) {
      const unheard = [...each.querySelectorAll(answered)].filter((control) => !isAsDrawn(control));
      new Map(unheard.map((control) => [control.name, control])).forEach(told);
    }
  };

  const askAgain = (event) => {
    const { elt, xhr } = event.detail;
    if (!form.contains(elt) || (xhr.status && xhr.status < 500 && xhr.status !== 429)) return;
    sayDown();
    if (elt.matches("[hx-trigger=change]")) setTimeout(() => elt.isConnected && told(elt), AGAIN_AFTER);
  };

  // ---- what was typed here before and the server has not

  let toShow = new Map();

  const fill = () => {
    for (const [name, values] of [...toShow]) {
      const found = controls(name);
      if (!found.length) continue;  // a question that another answer calls for: it comes with the next swap
      toShow.delete(name);
      for (const each of found) show(each, values);
      found.slice(0, 1).forEach(told);
    }
  };

  const restore = (copy) => {
    const given = (start) => copy.filter(([name]) => name.startsWith(start));
    for (const [name, mark] of given("lu-")) note(name.slice(3), mark);
    for (const [, page] of given("page")) form.elements.page.value = page;
    const names = new Set([...form.elements].map((each) => each.name).filter(isAnswer).concat(answers(copy).map(([name]) => name)));
    toShow = new Map([...names].map((name) => [name, copy.filter(([each]) => each === name).map(([, value]) => value)]));
    fill();
    saved.textContent = form.dataset.restored;
  };

  const lookFor = async (which) => {
    const copy = await stored("readonly", (copies) => copies.get(copyKey(which)));
    const was = copy && await deciphered(about.dataset.key, copy).catch(() => null);
    if (!was || same(was, pairs())) return copy && forget(copyKey(which));
    await new Promise((decided) => offer(copy.at, async (isWanted) => {
      if (isWanted) restore(was);
      await forget(copyKey(which));
      decided();
      isUndecided = false;
      if (isWanted) touched({ target: form.elements.page });
    }));
  };

  const offer = (at, decide) => {
    const box = document.getElementById("retrouve");
    const day = new Intl.DateTimeFormat("fr-FR", { dateStyle: "long", timeStyle: "short" }).format(at);
    box.querySelector("p").textContent = form.dataset.found.replace("{at}", day);
    isUndecided = true;
    box.hidden = false;
    ready();
    box.onclick = (event) => {
      const choice = event.target.dataset.choice;
      if (!choice) return;
      box.hidden = true;
      decide(choice === "restore");
    };
  };

  // ---- presence

  const beat = async (place) => {
    if (document.visibilityState !== "visible") return;
    const body = new URLSearchParams({ csrf_token: document.querySelector("input[name=csrf_token]").value });
    const answer = await fetch(place.dataset.presence, { method: "POST", body, headers: { "HX-Request": "true" } });
    if (!answer.ok) return clearInterval(beating);
    const text = (await answer.text()).trim();
    if (place.innerHTML.trim() !== text) place.innerHTML = text;
  };

  let beating = 0;
  const present = document.querySelector("[data-presence]");
  if (present) beating = setInterval(() => beat(present).catch(() => { }), about.dataset.beat * 1000);

  // ---- at the start of each page

  const start = async () => {
    await forgetOld(Number(about.dataset.hours));
    if (about.dataset.done) await forgetAll(`${about.content}|${about.dataset.done}|`);
    if (!form || !about.dataset.key || !crypto.subtle) return;
    for (const which of ["", "+"]) await lookFor(which);
  };

  for (const each of document.querySelectorAll("form[data-sign-out]")) {
    each.addEventListener("submit", async (event) => {
      event.preventDefault();
      isLeaving = isOver = true;
      await Promise.race([forgetAll(`${about.content}|`).catch(() => { }), new Promise((yes) => setTimeout(yes, 1000))]);
      each.submit();
    });
  }
  if (form) {
    form.addEventListener("input", touched);
    form.addEventListener("change", touched);
    form.addEventListener("submit", () => {
      isLeaving = true;
      if (isUnsaved()) keepCopy().catch(() => { });
    });
    form.addEventListener("rangs", () => touched({ target: form.elements.page }));  // a row came or went
    window.addEventListener("pageshow", () => { isLeaving = isOver = false; });
    window.addEventListener("online", () => { if (isUnsaved()) saveSoon(0); });
    document.addEventListener("htmx:oobAfterSwap", fill);
    document.addEventListener("htmx:sendError", askAgain);
    document.addEventListener("htmx:responseError", askAgain);
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden" && isUnsaved()) { keepCopy().catch(() => { }); saveSoon(0); }
    });
  }
  document.addEventListener("DOMContentLoaded", catchUp);  // htmx, whose script comes first, listens by then
  if (about && "indexedDB" in window) start().catch(() => { }).finally(ready); else ready();
})();
