/* Keys of the workplace. Every page works without this file; what needs it waits with `hidden`.
   An element says by itself which key leads to it:
   data-key="t"            a link or button is pressed; a field, or the first field of a step, is entered
   data-key-words="…"      what the list of keys calls it
   Single keys can be switched off (WCAG 2.1.4), and mean nothing while one writes. */
"use strict";

(() => {
  const page = document;
  const list = page.getElementById("keys");
  if (!list) return;
  const all = (selector, root = page) => [...root.querySelectorAll(selector)];
  const FIELDS = "input:not([type=hidden]):not([type=checkbox]):not([type=submit]),textarea,select";

  /* On or off, remembered in this browser; where nothing can be remembered they are on */
  const remembered = () => {
    try {
      return localStorage.getItem("keys") !== "off";
    } catch {
      return true;
    }
  };
  const remember = (on) => {
    try {
      localStorage.setItem("keys", on ? "on" : "off");
    } catch {
      /* the switch still holds for this page */
    }
  };
  const turn = list.querySelector("[data-keys-switch]");
  turn.checked = remembered();

  /* What is on this page */
  const places = () => all("[data-key]").filter((place) => place.dataset.key && !place.closest("[hidden]"));
  const announce = () => {
    for (const place of places()) {
      if (!place.matches("a,button,input")) continue;
      if (turn.checked) place.setAttribute("aria-keyshortcuts", place.dataset.key);
      else place.removeAttribute("aria-keyshortcuts");
    }
  };
  turn.addEventListener("change", () => {
    remember(turn.checked);
    announce();
  });
  announce();

  const row = (key, words) => {
    const line = page.createElement("div");
    const name = page.createElement("dt");
    const letter = page.createElement("kbd");
    letter.dir = "ltr";
    letter.textContent = key;
    name.append(letter);
    const meaning = page.createElement("dd");
    meaning.textContent = words;
    line.append(name, meaning);
    return line;
  };
  const show = () => {
    const here = list.querySelector("[data-keys-here]");
    const named = places().filter((place) => place.dataset.keyWords);
    here.replaceChildren(...named.map((place) => row(place.dataset.key, place.dataset.keyWords)));
    for (const line of all("[data-keys-rows]", list)) line.hidden = !rows().length;
    list.showModal();
  };
  for (const button of all("[data-keys-open]")) {
    button.closest("[hidden]").hidden = false;
    button.addEventListener("click", show);
  }

  /* Where a key leads */
  const go = (place) => {
    const field = place.matches(FIELDS) ? place : place.matches("fieldset") && place.querySelector(FIELDS);
    for (const fold of all("details", place)) fold.open = true;
    if (!field) {
      place.focus();
      place.click();
      return;
    }
    for (let fold = field.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
    field.focus();
    field.scrollIntoView({ block: "center" });
  };
  const rows = () => all("#result_list tbody th a");
  const walk = (step) => {
    const lines = rows();
    const at = lines.indexOf(page.activeElement);
    const next = lines[at < 0 ? (step > 0 ? 0 : lines.length - 1) : at + step];
    if (next) next.focus();
  };

  /* A letter is the same key on a Persian keyboard */
  const letter = (event) => {
    const typed = event.key.toLowerCase();
    if (/^[a-z/?]$/.test(typed)) return typed;
    if (event.code === "Slash") return event.shiftKey ? "?" : "/";
    return /^Key[A-Z]$/.test(event.code) ? event.code.slice(3).toLowerCase() : "";
  };
  const inField = (target) => target.matches("input:not([type=checkbox]),textarea,select,[contenteditable]");
  const single = (event) => {
    const key = letter(event);
    const place = places().find((one) => one.dataset.key === key);
    if (key === "?") show();
    else if (place) go(place);
    else if ((key === "n" || key === "p") && rows().length) walk(key === "n" ? 1 : -1);
    else return;
    event.preventDefault();
  };
  page.addEventListener("keydown", (event) => {
    if (event.isComposing || event.defaultPrevented || event.altKey || list.open) return;
    const writing = inField(event.target);
    if (writing && event.key === "Escape") event.target.blur();
    else if (writing && event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      const step = event.target.closest("fieldset,form");
      const button = step && step.querySelector("button[type=submit]");
      if (button) button.click();
    } else if (!writing && turn.checked && !event.ctrlKey && !event.metaKey && !event.repeat) single(event);
    else if (!writing && turn.checked && event.repeat && "np".includes(letter(event)) && rows().length) single(event);
  });
})();
