/* A device may be shared: whoever goes back from a receipt finds the form of that message empty. What was not sent yet
   stays where it was. Only the ends of the form's tokens, which open nothing, are remembered, and only in this tab. */
"use strict";

(() => {
  const form = document.querySelector("form:has([name=form_token])");
  const arrived = () => (sessionStorage.arrived || "").split(" ");
  if (!form) {
    sessionStorage.arrived = [...arrived(), sessionStorage.sent].join(" ");
    return;
  }
  const own = form.elements.form_token.value.slice(-12);
  if (!history.state) history.replaceState(own, "");
  form.addEventListener("submit", () => {
    sessionStorage.sent = `${history.state} ${own}`;
  });
  addEventListener("pageshow", () => {
    if (!arrived().includes(history.state)) return;
    history.replaceState(null, "");
    form.reset(); // or the browser writes into the fresh form what stood in this one
    location.replace(location.href);
  });
})();
