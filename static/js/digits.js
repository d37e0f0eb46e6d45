/* The admin's own script counts the chosen rows in Latin digits; on a Persian page they become Persian ones.
   span.action-counter   what it writes; the numbers it counts with stay as they are */
"use strict";

(() => {
  if (document.documentElement.lang !== "fa") return;
  const persian = (text) => text.replace(/[0-9]/g, (digit) => String.fromCharCode(0x06f0 + Number(digit)));
  for (const counter of document.querySelectorAll("span.action-counter")) {
    const mend = () => {
      const words = persian(counter.textContent);
      if (words !== counter.textContent) counter.textContent = words;
    };
    mend();
    new MutationObserver(mend).observe(counter, { childList: true, characterData: true, subtree: true });
  }
})();
