/* Small comforts. Every page works without this file; buttons that need it wait with `hidden`.
   Parts are found by data attributes, so no page has to name them here:
   data-with-script hidden   shown once the script runs
   data-print                prints the page
   data-copy="selector"      copies the element's data-tracking-code (or text); data-done is said afterwards
   data-save="selector"      keeps the element's text as a file called data-name
   data-most data-left data-over   a text's limit and the words of its counter, {n} being the number */
"use strict";

(() => {
  const page = document;
  const all = (selector, root = page) => [...root.querySelectorAll(selector)];
  const persian = page.documentElement.lang === "fa";
  const digits = (number) =>
    persian ? String(number).replace(/[0-9]/g, (d) => "۰۱۲۳۴۵۶۷۸۹"[d]) : String(number);

  /* Buttons that need the script */
  const say = (button, words) => {
    const place = button.parentElement.querySelector("[role=status]");
    if (place) place.textContent = words;
  };
  const selectAll = (element) => {
    const range = page.createRange();
    range.selectNodeContents(element);
    const selection = getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
  };
  const copy = async (button) => {
    const source = page.querySelector(button.dataset.copy);
    if (!source) return;
    const text = source.dataset.trackingCode || source.innerText.trim();
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      selectAll(source);
      if (!page.execCommand("copy")) return;
    }
    say(button, button.dataset.done || "");
  };
  const save = (button) => {
    const source = page.querySelector(button.dataset.save) || page.getElementById("main");
    const file = new Blob(["\ufeff", source.innerText.trim(), "\n", location.origin, "\n"], { type: "text/plain" });
    const link = page.createElement("a");
    link.href = URL.createObjectURL(file);
    link.download = button.dataset.name || "receipt.txt";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  };
  page.addEventListener("click", (event) => {
    const button = event.target.closest("[data-print],[data-copy],[data-save]");
    if (!button) return;
    if ("print" in button.dataset) print();
    else if ("copy" in button.dataset) copy(button);
    else save(button);
  });
  for (const element of all("[data-with-script]")) element.hidden = false;

  /* The error summary is read first; its links land in the field, not above it */
  const summary = page.querySelector(".errors");
  if (summary) {
    summary.focus();
    summary.addEventListener("click", (event) => {
      const link = event.target.closest("a[href^='#']");
      const target = link && page.getElementById(link.hash.slice(1));
      if (!target) return;
      event.preventDefault();
      const field = target.matches("fieldset") ? target.querySelector("input,select,textarea") : target;
      target.scrollIntoView();
      (field || target).focus({ preventScroll: true });
    });
  }

  /* How much room is left: shown from three quarters on, spoken only when it gets tight */
  const count = (field) => {
    const most = Number(field.dataset.most);
    const place = page.createElement("p");
    place.className = "hint";
    field.after(place);
    const tell = () => {
      const left = most - [...field.value].length;
      const tight = left < most / 4;
      const words = left < 0 ? field.dataset.over : field.dataset.left;
      place.textContent = tight ? words.replace("{n}", digits(Math.abs(left))) : "";
      place.className = left < 0 ? "err" : "hint";
      if (left <= 20) place.setAttribute("role", "status");
      else place.removeAttribute("role");
    };
    field.addEventListener("input", tell);
    tell();
  };
  for (const field of all("textarea[data-most],input[data-most]")) count(field);

  /* One press sends once; the button waits until the next page, or until the reader comes back */
  const release = (form) => {
    delete form.dataset.sent;
    for (const button of all("button[aria-disabled]", form)) button.removeAttribute("aria-disabled");
  };
  page.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    if (event.submitter) event.submitter.setAttribute("aria-disabled", "true");
    setTimeout(() => release(form), 15000);
  });
  addEventListener("pageshow", () => all("form[data-sent]").forEach(release));

  /* On paper every explanation is open */
  addEventListener("beforeprint", () => {
    for (const fold of all("details:not([open])")) {
      fold.dataset.folded = "yes";
      fold.open = true;
    }
  });
  addEventListener("afterprint", () => {
    for (const fold of all("details[data-folded]")) {
      fold.open = false;
      delete fold.dataset.folded;
    }
  });
})();
