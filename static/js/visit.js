/* The QR code of a slip leads to /s/#<code>. Browsers keep what stands behind the # to themselves, so the code is in
   no server's log; this puts it into the box. Without the script it is typed from the slip. */
"use strict";

(() => {
  const box = document.querySelector("[data-code-from-address] [name=code]");
  const code = location.hash.slice(1);
  if (!box || !/^[0-9]{12}$/.test(code)) return;
  if (!box.value) box.value = code.replace(/(....)(?=.)/g, "$1 ");
  history.replaceState(null, "", location.pathname);
  const button = box.form.querySelector("button");
  if (button) button.focus();
})();
