/* Entering a batch by keyboard: Ctrl+Enter (or Command+Enter) anywhere in the form presses its first button. */
"use strict";

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  const button = event.target.closest("form.case")?.querySelector("button.default");
  if (!button || button.form.dataset.sent) return;
  event.preventDefault();
  button.form.dataset.sent = "yes";
  button.click();
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form.case[data-sent]")) delete form.dataset.sent;
});
for (const hint of document.querySelectorAll("[data-with-script]")) hint.hidden = false;
