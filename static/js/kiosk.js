/* The kiosk without waiting for the network: all questions are on the page, answers go into a queue of this browser and
   from there to the server, each under a number of its own, so that sending twice stores once. A page that nobody
   touches starts anew; what had been answered by then counts. Without this script each answer loads the next page. */
"use strict";

(() => {
  const body = document.body;
  const upload = body.dataset.kiosk;
  if (!upload) return;
  const KEY = `kiosk ${upload}`;
  const IDLE = Number(body.dataset.idle) * 1000;
  const THANKS = 6000;
  const RETRY = 20000;
  const steps = [...document.querySelectorAll("[data-step]")];
  const thanks = document.querySelector("[data-thanks]");
  const waiting = document.querySelector("[data-waiting]");
  const bar = document.querySelector(".idle");
  const persian = document.documentElement.lang === "fa";
  let given = {};
  let place = 0;
  let timer = 0;
  let patience = 1;
  let isSending = false;

  const queue = () => JSON.parse(localStorage.getItem(KEY) || "[]");
  const keep = (rows) => {
    localStorage.setItem(KEY, JSON.stringify(rows));
    const count = String(rows.length);
    waiting.querySelector("[data-count]").textContent = persian
      ? count.replace(/[0-9]/g, (digit) => "۰۱۲۳۴۵۶۷۸۹"[digit])
      : count;
    waiting.hidden = rows.length === 0;
  };

  const number = () => {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  };

  const send = async () => {
    if (isSending) return;
    isSending = true;
    try {
      for (let rows = queue(); rows.length; rows = queue()) {
        const [first] = rows;
        const age = Math.max(0, Math.round((Date.now() - first.at) / 1000));
        const form = new URLSearchParams({ ...first.given, number: first.number, version: first.version, age });
        const answer = await fetch(upload, { method: "POST", body: form });
        if (answer.status !== 200 && answer.status !== 422) break;
        keep(queue().filter((row) => row.number !== first.number));
      }
    } catch {
      /* offline: the queue stays and is tried again */
    } finally {
      isSending = false;
    }
  };

  const show = (part) => {
    for (const step of [...steps, thanks]) step.hidden = step !== part;
    const heading = part.querySelector("h1");
    heading.tabIndex = -1;
    heading.focus();
  };

  const restart = () => {
    given = {};
    place = 0;
    show(steps[0]);
    wait(0);
  };

  const finish = (isQuiet) => {
    if (Object.keys(given).length) {
      keep([...queue(), { number: number(), version: body.dataset.version, at: Date.now(), given }]);
      send();
    }
    if (isQuiet) {
      restart();
      return;
    }
    given = {};
    show(thanks);
    wait(THANKS);
  };

  const wait = (time) => {
    clearTimeout(timer);
    bar.classList.remove("runs");
    if (!time) return;
    bar.style.animationDuration = `${time}ms`;
    requestAnimationFrame(() => bar.classList.add("runs"));
    timer = setTimeout(() => (thanks.hidden ? finish(true) : restart()), time);
  };

  document.addEventListener("submit", (event) => {
    event.preventDefault();
    const form = event.target;
    if ("more" in form.dataset) {
      patience = 6;
      wait(IDLE * patience);
      return;
    }
    const button = event.submitter;
    if (button && button.name === form.dataset.code) given[button.name] = button.value;
    patience = 1;
    place += 1;
    if (place === steps.length) {
      finish(false);
      return;
    }
    show(steps[place]);
    wait(IDLE);
  });
  document.addEventListener("pointerdown", () => {
    if (place) wait(IDLE * patience);
  });
  addEventListener("online", send);
  setInterval(send, RETRY);
  keep(queue());
  send();
})();
