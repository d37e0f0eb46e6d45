/* Keying paper forms: after one figure the next box has the focus; Enter goes on as well and sends from the last one.
   Without the script the Tab key does the same. */
"use strict";

(() => {
  const form = document.querySelector("[data-keying]");
  if (!form) return;
  const boxes = [...form.querySelectorAll("input:not([type=hidden]):not([type=submit]),textarea")];
  const next = (box) => {
    const after = boxes[boxes.indexOf(box) + 1];
    if (after) after.focus();
    return Boolean(after);
  };
  form.addEventListener("input", ({ target }) => {
    if ("one" in target.dataset && target.value.length === 1) next(target);
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.tagName === "INPUT" && next(event.target)) event.preventDefault();
  });
  const wrong = form.querySelector(".errors input") || boxes[0];
  if (wrong) wrong.focus();
})();
