/* Comforts of the page of a case; everything works without this file.
   form[data-draft]      the address that keeps drafts: what is typed is sent there after a pause
   [data-saved]          says when the draft was kept
   [data-writing]        says who else is writing, and that the case has changed
   button[data-into]     puts the chosen ready answer (option[data-text]) into a box, where the cursor stands */
"use strict";

(() => {
  const form = document.querySelector("form[data-draft]");
  if (!form) return;
  const PAUSE = 1500;
  const ROUND = 20000;
  const AWAY = 600000;
  const notice = document.querySelector("[data-writing]");
  let timer = 0;
  let leaving = null;
  let last = null;
  let busy = Date.now();

  const tell = (news) => {
    const words = [news.writing, news.changed].filter(Boolean).join(" ");
    if (notice && notice.textContent !== words) {
      notice.textContent = words;
      notice.hidden = !words;
    }
    if (news.saved && last) {
      const place = last.closest("fieldset").querySelector("[data-saved]");
      if (place) place.textContent = news.saved;
    }
  };
  const ask = async (method) => {
    const controller = new AbortController();
    leaving = controller;
    const options = { method, signal: controller.signal, headers: { Accept: "application/json" } };
    let address = form.dataset.draft;
    if (method === "POST") {
      options.body = new FormData(form);
      for (const field of form.querySelectorAll("input[type=file]")) options.body.delete(field.name);
    } else address += `?version=${form.elements.version.value}`;
    try {
      const answer = await fetch(address, options);
      if (answer.ok && answer.headers.get("Content-Type").startsWith("application/json")) tell(await answer.json());
    } catch {
      /* The next round tries again; nothing is lost, the words are still in the box. */
    }
  };
  const keep = () => {
    clearTimeout(timer);
    timer = 0;
    ask("POST");
  };
  form.addEventListener("input", (event) => {
    if (!event.target.matches("textarea,input[type=text],select:not([name=ready])")) return;
    last = event.target;
    clearTimeout(timer);
    timer = setTimeout(keep, PAUSE);
  });
  /* What is sent must not come back as a draft. */
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    timer = -1;
    if (leaving) leaving.abort();
  });
  /* Nobody is asked for news while nobody is there, so that the session can end. */
  for (const sign of ["keydown", "pointerdown"]) addEventListener(sign, () => (busy = Date.now()));
  setInterval(() => {
    if (!document.hidden && timer === 0 && Date.now() - busy < AWAY) ask("GET");
  }, ROUND);

  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-into]");
    if (!button) return;
    const chosen = form.elements.ready.selectedOptions[0];
    const box = document.getElementById(button.dataset.into);
    if (!chosen || !chosen.dataset.text || !box) return;
    event.preventDefault();
    /* Where the cursor was left; at the end of a text nobody has touched */
    const from = last === box ? box.selectionStart : box.value.length;
    const until = last === box ? box.selectionEnd : from;
    const [before, after] = [box.value.slice(0, from), box.value.slice(until)];
    const gap = (text, edge) => (text.trim() && !edge.test(text) ? "\n\n" : "");
    const words = gap(before, /\n$/) + chosen.dataset.text + gap(after, /^\n/);
    box.setRangeText(words, from, until, "end");
    box.focus();
    box.dispatchEvent(new Event("input", { bubbles: true }));
  });
})();
