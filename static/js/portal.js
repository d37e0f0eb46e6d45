/* Small comforts; every page works without. Parts are found by data attributes:
   data-with-script hidden   shown once the script runs
   data-print                prints the page
   data-copy="selector"      copies the element's data-tracking-code (or text), then says data-done
   data-save="selector"      keeps the element's text as a file called data-name
   data-most data-left data-over   a text's limit and the words of its counter, {n} being the number
   data-uploads="address"    files go there once chosen, at most data-most of data-bytes each;
                             its <template> is a file's row, data-recorder the recorder */
"use strict";

(() => {
  const page = document;
  const all = (selector, root = page) => [...root.querySelectorAll(selector)];
  const persian = page.documentElement.lang === "fa";
  const digits = (number) =>
    persian ? String(number).replace(/[0-9]/g, (d) => "۰۱۲۳۴۵۶۷۸۹"[d]) : String(number);

  /* Buttons that need the script */
  const copy = async (button) => {
    const source = page.querySelector(button.dataset.copy);
    if (!source) return;
    const text = source.dataset.trackingCode || source.innerText.trim();
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      getSelection().selectAllChildren(source.querySelector("bdi") || source);
      if (!page.execCommand("copy")) return;
    }
    const place = button.parentElement.querySelector("[role=status]");
    if (place) place.textContent = button.dataset.done || "";
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

  /* The error summary is read first; its links land in the field */
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

  /* Room left: shown from three quarters on, spoken when it gets tight */
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

  /* Files travel while the form is filled in; the rest goes along with it */
  const uploads = (zone) => {
    const form = zone.closest("form");
    const row = zone.querySelector("template").content.firstElementChild;
    const picker = (name) => zone.querySelector(`[type=file][name=${name}]`);
    const list = (name) => zone.querySelector(name === "voice" ? ".files[data-voice]" : ".files");
    const waiting = new Map(); // row: its file, field and request

    const remove = (item) => {
      const next = item.nextElementSibling || item.previousElementSibling;
      waiting.get(item)?.request?.abort();
      waiting.delete(item);
      const place = item.parentElement;
      item.remove();
      (next?.querySelector("[data-remove]") || picker("voice" in place.dataset ? "voice" : "attachments")).focus();
    };
    const part = (item, name) => item.querySelector(`[${name}]`);
    const settle = (item, state, words) => {
      const place = part(item, "role=status");
      place.textContent = words || place.dataset[state];
      place.className = state === "done" ? "hint" : "err";
      item.querySelector("bdi").hidden = Boolean(words); // the words name the file
      item.querySelector("progress").hidden = true;
    };
    const keep = (item, { id, name, size }) => {
      const box = page.createElement("input");
      Object.assign(box, { type: "hidden", name: "kept", value: id });
      item.append(box);
      item.querySelector("bdi").textContent = name;
      part(item, "data-size").textContent = size;
      settle(item, "done");
      waiting.delete(item);
    };
    const send = (item) => {
      const sent = waiting.get(item);
      const request = new XMLHttpRequest();
      const broke = () => settle(item, "broken");
      const parts = new FormData();
      parts.append("hold", zone.closest("form").elements.hold.value);
      parts.append("name", sent.file.name);
      parts.append(sent.name, sent.file);
      sent.request = request;
      request.upload.onprogress = ({ loaded, total }) => {
        item.querySelector("progress").value = loaded / total;
      };
      request.onerror = broke;
      request.onload = () => {
        const said = request.response || {};
        if (said.id) keep(item, said);
        else if (said.fault) {
          settle(item, "fault", said.fault);
          waiting.delete(item);
        } else broke();
      };
      request.open("POST", zone.dataset.uploads);
      request.responseType = "json";
      request.send(parts);
    };
    const add = (file, name, sound) => {
      const item = row.cloneNode(true);
      const held = all("[name=kept]:not([type=checkbox]),[name=kept]:checked", zone).length + waiting.size;
      item.querySelector("bdi").textContent = file.name;
      if (name === "voice") for (const old of [...list(name).children]) remove(old);
      list(name).append(item);
      if (sound) item.prepend(sound);
      if (file.size > zone.dataset.bytes) settle(item, "big");
      else if (held >= zone.dataset.most) settle(item, "many");
      else {
        waiting.set(item, { file, name });
        send(item);
      }
    };
    for (const name of ["attachments", "voice"]) {
      picker(name).addEventListener("change", ({ target }) => {
        for (const file of target.files) add(file, name);
        target.value = "";
      });
    }
    zone.addEventListener("click", ({ target }) => {
      if (target.closest("[data-remove]")) remove(target.closest("li"));
    });
    for (const kind of ["dragover", "dragleave", "drop"]) {
      zone.addEventListener(kind, (event) => {
        if (!event.dataTransfer.types.includes("Files")) return;
        event.preventDefault();
        zone.classList.toggle("over", kind === "dragover");
        for (const file of event.dataTransfer.files) add(file, "attachments");
      });
    }
    form.addEventListener("submit", () => {
      for (const name of ["attachments", "voice"]) {
        const rest = new DataTransfer();
        for (const sent of waiting.values()) {
          if (sent.name !== name) continue;
          sent.request?.abort();
          rest.items.add(sent.file);
        }
        if (rest.items.length) picker(name).files = rest.files;
      }
    });
    recorder(zone, add);
  };

  /* A voice message from the browser's own microphone, two minutes at most */
  const LONGEST = 120;
  const recorder = (zone, add) => {
    const part = (name) => zone.querySelector(`[data-recorder] ${name}`);
    const kind = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"].find((type) =>
      window.MediaRecorder?.isTypeSupported(type),
    );
    if (!kind || !navigator.mediaDevices) return;
    const [start, stop, meter, clock, status] =
      ["[data-record]", "[data-stop]", "meter", "[data-clock]", "[role=status]"].map(part);
    const show = (on) => {
      start.hidden = on;
      stop.hidden = meter.hidden = !on;
      (on ? stop : start).focus();
    };
    const record = (stream) => {
      const voice = new MediaRecorder(stream, { mimeType: kind, audioBitsPerSecond: 24000 });
      const sound = new AudioContext();
      const ear = sound.createAnalyser();
      const wave = new Uint8Array(ear.fftSize);
      const began = Date.now();
      const pieces = [];
      sound.createMediaStreamSource(stream).connect(ear);
      const pulse = setInterval(() => {
        const gone = Math.floor((Date.now() - began) / 1000);
        ear.getByteTimeDomainData(wave);
        meter.value = Math.max(...wave.map((level) => Math.abs(level - 128))) / 128;
        clock.textContent = digits(`${Math.floor(gone / 60)}:${String(gone % 60).padStart(2, "0")}`);
        if (gone === LONGEST - 10) status.textContent = status.dataset.soon;
        if (gone >= LONGEST) voice.stop();
      }, 100);
      voice.ondataavailable = ({ data }) => pieces.push(data);
      voice.onstop = () => {
        clearInterval(pulse);
        sound.close();
        for (const track of stream.getTracks()) track.stop();
        const file = new File(pieces, `${status.dataset.name}.${/webm|ogg|mp4/.exec(kind)}`, { type: kind });
        const player = page.createElement("audio");
        player.controls = true;
        player.src = URL.createObjectURL(file);
        add(file, "voice", player);
        show(false);
        clock.textContent = "";
        status.textContent = status.dataset.done;
      };
      stop.onclick = () => voice.stop();
      voice.start();
      show(true);
      status.textContent = status.dataset.started;
    };
    start.onclick = () =>
      navigator.mediaDevices.getUserMedia({ audio: true }).then(record, () => {
        status.textContent = status.dataset.refused;
      });
    part("").hidden = false;
  };
  for (const zone of all("[data-uploads]")) uploads(zone);

  /* One press sends once, until the next page or the reader's return */
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
  const folded = [];
  addEventListener("beforeprint", () => {
    folded.push(...all("details:not([open])"));
    for (const fold of folded) fold.open = true;
  });
  addEventListener("afterprint", () => {
    for (const fold of folded.splice(0)) fold.open = false;
  });

  /* Devices are shared: gone back to from its receipt, a message's form is empty */
  const token = page.querySelector("[name=form_token]");
  if (page.querySelector("[data-tracking-code]")) sessionStorage.arrived += sessionStorage.sent;
  if (token) {
    const { form } = token;
    const own = history.state || token.value.slice(-12);
    history.replaceState(own, "");
    form.addEventListener("submit", () => {
      sessionStorage.sent = own + token.value.slice(-12);
    });
    addEventListener("pageshow", () => {
      if (!sessionStorage.arrived?.includes(own)) return;
      history.replaceState(null, "");
      form.reset(); // or the browser restores it
      location.replace("");
    });
  }
})();
